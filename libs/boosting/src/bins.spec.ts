import fc from 'fast-check';
import { assignBins, findBounds, LARGEST_FLOAT } from './bins.js';

const values = fc.float32Array({ minLength: 1, maxLength: 400, noDefaultInfinity: true });

describe('bins', () => {
  it('hold a value exactly where the exported threshold puts it', () => {
    fc.assert(
      fc.property(values, fc.integer({ min: 2, max: 255 }), (column, maxBins) => {
        const bounds = findBounds(column, maxBins);
        const bins = new Uint8Array(column.length);
        assignBins(column, bounds, bins);
        expect(bounds.length).toBeLessThanOrEqual(maxBins);
        expect(bounds.at(-1)).toBe(Math.fround(LARGEST_FLOAT));
        column.forEach((value, i) => {
          const expected = Number.isNaN(value) ? 0 : bounds.findIndex((bound) => value <= bound) + 1;
          expect(bins[i]).toBe(expected);
        });
      }),
    );
  });

  it('separate all distinct values where there are few enough', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.float({ noNaN: true, noDefaultInfinity: true }), { minLength: 2, maxLength: 100 }),
        (distinct) => {
          const column = Float32Array.from(new Set(distinct.map((value) => value + 0)));
          const bins = new Uint8Array(column.length);
          assignBins(column, findBounds(column, 255), bins);
          expect(new Set(bins).size).toBe(column.length);
        },
      ),
    );
  });
});
