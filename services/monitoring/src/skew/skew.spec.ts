import fc from 'fast-check';
import type { FeatureColumn } from '../window/vector-columns.js';
import { compareVectors, joinReports, NO_SKEW } from './skew.js';

const numbers = (name: string, ...values: number[]): FeatureColumn => ({
  name,
  kind: 'numbers',
  values: Float64Array.from(values),
});
const texts = (name: string, ...values: string[]): FeatureColumn => ({ name, kind: 'texts', values });

describe('skew', () => {
  it('is nothing between equal vectors, missing values and signed zeros included', () => {
    const served = [numbers('a', 1, NaN, -0), texts('b', 'UA', '', 'DL')];
    expect(compareVectors(served, [texts('b', 'UA', '', 'DL'), numbers('a', 1, NaN, 0)], 3)).toEqual({
      decisions: 3,
      comparedValues: 6,
      different: 0,
      features: [],
    });
  });

  it('is every value that differs in the least bit, by name', () => {
    const served = [numbers('a', 1, 2), numbers('b', 0.1, NaN)];
    const offline = [numbers('a', 1, 2), numbers('b', 0.1 + Number.EPSILON, 0)];
    expect(compareVectors(served, offline, 2)).toMatchObject({ different: 2, features: ['b'] });
  });

  it('is every row of a feature that one side lacks or holds as another kind', () => {
    expect(compareVectors([numbers('a', 1, 2)], [], 2)).toMatchObject({ different: 2, features: ['a'] });
    expect(compareVectors([texts('a', '1')], [numbers('a', 1)], 1)).toMatchObject({ different: 1, features: ['a'] });
  });

  it('adds up over parts', () => {
    const column = fc.array(fc.double(), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(column, column, fc.nat({ max: 20 }), (a, b, cut) => {
        const rows = Math.min(a.length, b.length);
        const compare = (from: number, to: number) =>
          compareVectors([numbers('x', ...a.slice(from, to))], [numbers('x', ...b.slice(from, to))], to - from);
        const at = Math.min(cut, rows);
        expect(joinReports(joinReports(NO_SKEW, compare(0, at)), compare(at, rows))).toEqual(compare(0, rows));
      }),
    );
  });
});
