import fc from 'fast-check';
import { CategorySketch, decodeSketch, encodeSketch, HeavyHitters, HistogramSketch, histogramEdges } from './index.js';

const value = fc.oneof(fc.double({ min: -1e6, max: 1e6 }), fc.integer({ min: -3, max: 3 }), fc.constant(NaN));
const column = fc.array(value, { maxLength: 80 });
const text = fc.oneof(fc.constantFrom('UA', 'DL', 'EWR', ''), fc.string({ maxLength: 4 }));
const texts = fc.array(text, { maxLength: 80 });
const categories = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 3 }), { maxLength: 12 });

describe('histogram edges', () => {
  it('give a column of few values a bin for each', () => {
    const edges = histogramEdges([1, 2, 2, 7, 7, 7, NaN]);
    const sketch = new HistogramSketch(edges).add([1, 2, 2, 7, 7, 7, NaN]);
    expect([...sketch.counts]).toEqual([1, 2, 3]);
    expect(sketch.missing).toBe(1);
  });

  it('give an often repeated value a bin of its own', () => {
    const rain = [...Array.from({ length: 900 }, () => 0), ...Array.from({ length: 100 }, (_, i) => 0.01 + i / 100)];
    const sketch = new HistogramSketch(histogramEdges(rain, 16)).add(rain);
    expect(sketch.counts[0]).toBe(900);
  });

  it('fill bins about evenly, within the most that was asked', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: -1e9, max: 1e9 }), { minLength: 200, maxLength: 400 }), (sample) => {
        const sketch = new HistogramSketch(histogramEdges(sample, 20)).add(sample);
        expect(sketch.counts.length).toBeLessThanOrEqual(20);
        expect(Math.max(...sketch.counts.subarray(0, -1))).toBeLessThanOrEqual(Math.ceil(sample.length / 20) + 1);
      }),
      { numRuns: 30 },
    );
  });

  it('cut between the least doubles that differ', () => {
    const tiny = [1, 1 + Number.EPSILON];
    expect([...new HistogramSketch(histogramEdges(tiny)).add(tiny).counts]).toEqual([1, 1]);
  });
});

describe('histogram sketch', () => {
  it('is the same for any order and any split of the rows', () => {
    fc.assert(
      fc.property(column, column, (a, b) => {
        const edges = histogramEdges([...a, ...b], 8);
        const whole = new HistogramSketch(edges).add([...a, ...b].reverse());
        const merged = new HistogramSketch(edges).add(b).merge(new HistogramSketch(edges).add(a));
        expect(encodeSketch(merged)).toEqual(encodeSketch(whole));
        expect(whole.total).toBe(a.length + b.length);
      }),
    );
  });

  it('survives its binary form', () => {
    fc.assert(
      fc.property(column, (rows) => {
        const sketch = new HistogramSketch(histogramEdges(rows, 8)).add(rows);
        expect(decodeSketch(encodeSketch(sketch))).toEqual(sketch);
      }),
    );
  });

  it('refuses to merge other cuts, and cuts that do not ascend', () => {
    const sketch = new HistogramSketch(Float64Array.of(1, 2));
    expect(() => sketch.merge(new HistogramSketch(Float64Array.of(1, 3)))).toThrow(expect.objectContaining({ kind: 'conflict' }));
    expect(() => new HistogramSketch(Float64Array.of(2, 2))).toThrow(expect.objectContaining({ slug: 'statistics/edges' }));
  });
});

describe('category sketch', () => {
  it('is the same for any order and any split of the rows, and survives its binary form', () => {
    fc.assert(
      fc.property(categories, texts, texts, (known, a, b) => {
        const whole = new CategorySketch(known).add([...a, ...b].reverse());
        const merged = new CategorySketch(known).add(b).merge(new CategorySketch(known).add(a));
        expect(encodeSketch(merged)).toEqual(encodeSketch(whole));
        expect(decodeSketch(encodeSketch(whole))).toEqual(whole);
        expect(whole.total).toBe(a.length + b.length);
      }),
    );
  });

  it('counts what it was not told of as other and the empty text as missing', () => {
    const sketch = new CategorySketch(['UA']).add(['UA', 'DL', '']);
    expect([[...sketch.counts], sketch.other, sketch.missing]).toEqual([[1], 1, 1]);
  });
});

describe('binary form', () => {
  it('refuses cut, lengthened and foreign bytes without reading past them', () => {
    const bytes = encodeSketch(new HistogramSketch(Float64Array.of(1, 2)).add([0, 1, 2, 3]));
    for (let cut = 0; cut < bytes.length; cut++)
      expect(() => decodeSketch(bytes.subarray(0, cut))).toThrow(expect.objectContaining({ kind: 'invalid' }));
    expect(() => decodeSketch(Uint8Array.of(...bytes, 0))).toThrow(
      expect.objectContaining({ slug: 'statistics/sketch-damaged' }),
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (noise) => {
        try {
          expect(encodeSketch(decodeSketch(noise)).length).toBeGreaterThan(0);
        } catch (error) {
          expect(error).toMatchObject({ kind: 'invalid' });
        }
      }),
    );
  });
});

describe('heavy hitters', () => {
  it('hold every frequent text within the error they state, after merging too', () => {
    const small = fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', ''), { maxLength: 120 });
    fc.assert(
      fc.property(small, small, fc.integer({ min: 1, max: 5 }), (a, b, capacity) => {
        const merged = new HeavyHitters(capacity).add(a).merge(new HeavyHitters(capacity).add(b));
        const all = [...a, ...b].filter((t) => t !== '');
        expect(merged.error).toBeLessThanOrEqual(all.length / (capacity + 1));
        expect(merged.top().length).toBeLessThanOrEqual(capacity);
        for (const t of new Set(all)) {
          const truth = all.filter((x) => x === t).length;
          const counted = merged.top().find((hitter) => hitter.text === t)?.count ?? 0;
          expect(counted).toBeLessThanOrEqual(truth);
          expect(counted).toBeGreaterThanOrEqual(truth - merged.error);
        }
      }),
    );
  });

  it('are exact while there is room, most frequent first', () => {
    expect(new HeavyHitters(3).add(['b', 'a', 'a', '', 'c', 'a', 'b']).top(2)).toEqual([
      { text: 'a', count: 3 },
      { text: 'b', count: 2 },
    ]);
  });
});
