import fc from 'fast-check';
import {
  entityKeyOf,
  entryAt,
  fractionBitsFor,
  newestKnown,
  packTimeline,
  runningSums,
  toUnits,
  type ColumnEncoding,
  type TimelineEntry,
} from './index.js';

const instant = fc.integer({ min: -1e12, max: 4e12 });
const LAYOUT: readonly ColumnEncoding[] = [{ kind: 'whole', fractionBits: 3 }, { kind: 'number' }, { kind: 'text' }];

const timeline: fc.Arbitrary<TimelineEntry[]> = fc
  .uniqueArray(
    fc.tuple(
      instant,
      fc.integer({ min: -(2 ** 40), max: 2 ** 40 }),
      fc.option(fc.double({ noNaN: true })),
      fc.option(fc.string({ minLength: 1, unit: 'binary' })),
    ),
    {
      selector: ([knownMs]) => knownMs,
      maxLength: 60,
    },
  )
  .map((rows) =>
    rows.sort(([a], [b]) => a - b).map(([knownMs, units, number, text]) => ({ knownMs, values: [units / 8, number, text] })),
  );

describe('a packed timeline', () => {
  it('answers for each moment the last entry known at it, however it was cut', () => {
    fc.assert(
      fc.property(
        timeline,
        instant,
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 20, max: 200 }),
        (entries, moment, maxEntries, maxBytes) => {
          const chunks = [...packTimeline(LAYOUT, entries, { maxEntries, maxBytes })];
          for (const at of [moment, ...entries.map(({ knownMs }) => knownMs), ...entries.map(({ knownMs }) => knownMs - 1)]) {
            const chunk = chunks.findLast(({ firstKnownMs }) => firstKnownMs <= at);
            expect(chunk && entryAt(chunk.payload, at)).toEqual(entries.findLast(({ knownMs }) => knownMs <= at));
          }
          expect(
            chunks.every(
              ({ entryCount, payload }) => entryCount <= maxEntries && (payload.length <= maxBytes || entryCount === 1),
            ),
          ).toBe(true);
        },
      ),
    );
  });

  it('takes seven bytes for an entry of a busy window', () => {
    const entries = [
      ...runningSums({
        knownMs: Array.from({ length: 128 }, (_, i) => 1.36e12 + i * 60_000),
        measures: [{ values: Array.from({ length: 128 }, (_, i) => i % 2), fractionBits: 0 }],
      }),
    ];
    const [chunk] = packTimeline(
      Array.from({ length: 3 }, () => ({ kind: 'whole', fractionBits: 0 })),
      entries,
    );
    expect(chunk!.entryCount).toBe(64);
    expect(chunk!.payload.length).toBeLessThan(64 * 7);
  });

  it('refuses numbers that it could not keep exactly', () => {
    const tooLarge = [{ knownMs: 1, values: [2 ** 52] }];
    expect(() => [...packTimeline([{ kind: 'whole', fractionBits: 0 }], tooLarge)]).toThrow(
      expect.objectContaining({ slug: 'timeline/beyond-exact' }),
    );
  });

  it('says that a chunk is broken rather than answering nonsense', () => {
    const [chunk] = packTimeline([{ kind: 'text' }], [{ knownMs: 5, values: ['carrier'] }]);
    expect(() => entryAt(chunk!.payload.subarray(0, 6), 5)).toThrow('ends too early');
    expect(() => entryAt(Uint8Array.of(9), 5)).toThrow('format 9');
  });
});

describe('the newest known row', () => {
  const row = fc.record({ knownMs: fc.integer({ min: 0, max: 12 }), eventMs: fc.integer({ min: 0, max: 6 }) });

  it('is at each moment the row about the latest event among those known, the latest known of equals', () => {
    fc.assert(
      fc.property(fc.array(row, { maxLength: 12 }), (unordered) => {
        const rows = unordered.sort((a, b) => a.knownMs - b.knownMs || a.eventMs - b.eventMs);
        const kept = newestKnown(rows);
        for (let moment = 0; moment <= 13; moment++) {
          const known = rows.filter(({ knownMs }) => knownMs <= moment);
          const latest = Math.max(...known.map(({ eventMs }) => eventMs));
          const expected = known.findLastIndex(({ eventMs }) => eventMs === latest);
          expect(kept.findLast((index) => rows[index]!.knownMs <= moment) ?? -1).toBe(expected);
        }
      }),
    );
  });
});

describe('running sums', () => {
  it('give every trailing window exactly, fractions included', () => {
    const value = fc.oneof(
      fc.constant(NaN),
      fc.integer({ min: -500, max: 500 }),
      fc.double({ min: -1e3, max: 1e3, noNaN: true }),
    );
    const rows = fc.array(fc.tuple(fc.integer({ min: 0, max: 40 }), value), { maxLength: 40 });
    fc.assert(
      fc.property(rows, fc.integer({ min: -1, max: 41 }), fc.integer({ min: 1, max: 20 }), (unordered, moment, length) => {
        const sorted = unordered.sort(([a], [b]) => a - b);
        const known = sorted.map(([knownMs]) => knownMs);
        const values = sorted.map(([, measured]) => measured);
        const fractionBits = fractionBitsFor(values.filter((measured) => !Number.isNaN(measured)));
        const entries = [...runningSums({ knownMs: known, measures: [{ values, fractionBits }] })];
        const at = (t: number): readonly number[] =>
          (entries.findLast(({ knownMs }) => knownMs <= t)?.values ?? [0, 0, 0]) as number[];
        const inside = sorted.filter(([knownMs]) => knownMs > moment - length && knownMs <= moment);
        const measured = inside.filter(([, number]) => !Number.isNaN(number));
        const units = measured.reduce((sum, [, number]) => sum + BigInt(toUnits(number, fractionBits)), 0n);
        const [rowsNow, countNow, sumNow] = at(moment);
        const [rowsBefore, countBefore, sumBefore] = at(moment - length);
        expect([rowsNow! - rowsBefore!, countNow! - countBefore!, sumNow! - sumBefore!]).toEqual([
          inside.length,
          measured.length,
          Number(units) / 2 ** fractionBits,
        ]);
      }),
    );
  });

  it('keep whole numbers whole and refuse magnitudes beyond exactness', () => {
    expect(fractionBitsFor([1, 2, 300])).toBe(0);
    expect(fractionBitsFor([0.5, 2])).toBe(20);
    expect(fractionBitsFor([0.5, 2 ** 45])).toBe(6);
    expect(() => fractionBitsFor([2 ** 52])).toThrow(expect.objectContaining({ slug: 'timeline/sum-too-large' }));
  });
});

describe('an entity key', () => {
  it('differs where any of its parts differs', () => {
    const keys = fc.array(fc.string({ minLength: 1, maxLength: 3, unit: fc.constantFrom('a', ':', '1', '2') }), {
      minLength: 2,
      maxLength: 3,
    });
    fc.assert(
      fc.property(keys, keys, (a, b) => (entityKeyOf(a) === entityKeyOf(b)) === (JSON.stringify(a) === JSON.stringify(b))),
    );
  });

  it('is missing where a part is, and a whole number reads like its text', () => {
    expect(entityKeyOf(['UA', null])).toBeNull();
    expect(entityKeyOf([''])).toBeNull();
    expect(entityKeyOf([1.5])).toBeNull();
    expect(entityKeyOf([1545])).toBe(entityKeyOf(['1545']));
    expect(entityKeyOf([-0])).toBe('0');
  });
});
