import fc from 'fast-check';
import { requireReport, takeIn, type Outcome } from './outcome.js';

const at = (hour: number): Date => new Date(Date.UTC(2013, 5, 1, hour));
const told = (decisionId: string, outcome: boolean, hour: number): Outcome => ({ decisionId, outcome, knownAt: at(hour) });

describe('taking in outcomes', () => {
  it('counts what is new, what was said before, and what corrects it', () => {
    const known = [told('a', true, 1), told('b', true, 1)];
    const report = [told('a', true, 5), told('b', false, 5), told('c', true, 5)];
    const { store, ...counts } = takeIn(report, known);
    expect(counts).toEqual({ accepted: 1, repeated: 1, corrected: 1 });
    expect(store.map(({ decisionId }) => decisionId)).toEqual(['a', 'b', 'c']);
  });

  it('keeps when the same value was known at another time: a correction may lie in between', () => {
    expect(takeIn([told('a', true, 1)], [told('a', true, 5)])).toMatchObject({ repeated: 1, store: [told('a', true, 1)] });
  });

  it('refuses two values that became known at the same time', () => {
    expect(() => takeIn([told('a', false, 1)], [told('a', true, 1)])).toThrow(
      expect.objectContaining({ slug: 'monitoring/outcome-contradicts' }),
    );
  });

  it('refuses a report that names a decision twice or is too large', () => {
    expect(() => requireReport([told('a', true, 1), told('a', false, 2)])).toThrow(
      expect.objectContaining({ slug: 'monitoring/outcome-twice' }),
    );
    expect(() => requireReport(Array.from({ length: 5_001 }, (_, i) => told(`d${i}`, true, 1)))).toThrow(
      expect.objectContaining({ kind: 'too-large' }),
    );
  });

  it('ends with the same value in force at every hour, whatever the order of the reports', () => {
    // One value an hour and decision: a source does not contradict itself.
    const history = fc.uniqueArray(fc.record({ hour: fc.nat({ max: 12 }), outcome: fc.boolean() }), {
      selector: (o) => o.hour,
      maxLength: 6,
    });
    const inForce = (kept: readonly Outcome[], hour: number): boolean | undefined =>
      kept
        .filter((o) => o.knownAt <= at(hour))
        .toSorted((a, b) => a.knownAt.getTime() - b.knownAt.getTime())
        .at(-1)?.outcome;
    const keep = (reports: readonly Outcome[]): Outcome[] =>
      reports.reduce<Outcome[]>((kept, report) => [...kept, ...takeIn([report], kept).store], []);
    fc.assert(
      fc.property(
        history.chain((h) => fc.tuple(fc.constant(h), fc.shuffledSubarray(h, { minLength: h.length }))),
        ([told1, told2]) => {
          const [a, b] = [told1, told2].map((reports) => keep(reports.map(({ hour, outcome }) => told('a', outcome, hour))));
          for (let hour = 0; hour <= 13; hour++) expect(inForce(a!, hour)).toBe(inForce(b!, hour));
        },
      ),
    );
  });

  it('changes nothing when the same report comes again', () => {
    const report = fc.uniqueArray(
      fc.record({ id: fc.constantFrom('a', 'b', 'c', 'd'), outcome: fc.boolean(), hour: fc.nat({ max: 9 }) }),
      { selector: (o) => o.id },
    );
    fc.assert(
      fc.property(report, (rows) => {
        const outcomes = rows.map(({ id, outcome, hour }) => told(id, outcome, hour));
        expect(takeIn(outcomes, takeIn(outcomes, []).store)).toEqual({
          accepted: 0,
          repeated: rows.length,
          corrected: 0,
          store: [],
        });
      }),
    );
  });
});
