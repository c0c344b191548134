import fc from 'fast-check';
import {
  blockBootstrap,
  bootstrapMean,
  controlFalseDiscoveries,
  orderStatistic,
  quantiles,
  randomFromState,
  seededRandom,
} from './index.js';

describe('seeded random', () => {
  it('gives the published stream of xoshiro128**', () => {
    const random = randomFromState([1, 2, 3, 4]);
    expect(Array.from({ length: 10 }, () => random.uint32())).toEqual([
      11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597, 4258142804,
    ]);
  });

  it('gives the same stream for a seed and another for another', () => {
    const stream = (seed: number | string): number[] => {
      const random = seededRandom(seed);
      return Array.from({ length: 8 }, () => random.uniform());
    };
    expect(stream('may')).toEqual(stream('may'));
    expect(stream('may')).not.toEqual(stream('june'));
    expect(stream(0)).not.toEqual(stream(1));
  });

  it('stays below its bound and reaches all of it evenly', () => {
    const random = seededRandom(7);
    const hits = new Uint32Array(7);
    for (let i = 0; i < 70_000; i++) hits[random.below(7)]! += 1;
    hits.forEach((count) => expect(Math.abs(count - 10_000)).toBeLessThan(450)); // more than four standard deviations
    expect(() => random.below(0)).toThrow(expect.objectContaining({ slug: 'statistics/random-bound' }));
    expect(() => randomFromState([0, 0, 0, 0])).toThrow(expect.objectContaining({ slug: 'statistics/seed-all-zero' }));
  });
});

describe('quantiles', () => {
  it('interpolate like type 7 and leave the column as it was', () => {
    const values = [4, 1, 3, 2];
    expect(quantiles(values, [0, 0.25, 0.5, 1])).toEqual([1, 1.75, 2.5, 4]);
    expect(values).toEqual([4, 1, 3, 2]);
  });

  it('lie among the values and grow with their level', () => {
    const values = fc.array(fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e9, max: 1e9 }), {
      minLength: 1,
      maxLength: 40,
    });
    fc.assert(
      fc.property(values, fc.double({ min: 0, max: 1, noNaN: true }), (column, level) => {
        const [low, middle, high] = quantiles(column, [0, level, 1]).map((v) => v + 0);
        expect(low).toBe(Math.min(...column) + 0);
        expect(high).toBe(Math.max(...column) + 0);
        expect(middle).toBeGreaterThanOrEqual(low! - 1e-6);
        expect(middle).toBeLessThanOrEqual(high! + 1e-6);
        expect([...column]).toContainEqual(orderStatistic(Float64Array.from(column).sort(), level));
      }),
    );
  });
});

describe('block bootstrap', () => {
  const days = Array.from({ length: 40 }, (_, day) => ({ sum: day % 2 === 0 ? 100 : 0, count: 100 }));

  it('gives the same interval for the same seed', () => {
    expect(bootstrapMean(days, { seed: 'x' })).toEqual(bootstrapMean(days, { seed: 'x' }));
  });

  it('has the width of 40 independent days, not of 4,000 independent rows', () => {
    const { low, high } = bootstrapMean(days, { seed: 1 });
    const halfWidth = (high - low) / 2;
    expect(halfWidth).toBeGreaterThan(0.13); // 1.96 * 0.5 / sqrt(40) = 0.155
    expect(halfWidth).toBeLessThan(0.18);
  });

  it('covers the truth about as often as it says', () => {
    const random = seededRandom(11);
    let covered = 0;
    for (let trial = 0; trial < 200; trial++) {
      const blocks = Array.from({ length: 60 }, () => ({ sum: random.uniform() + random.uniform() - 1, count: 1 }));
      const { low, high } = bootstrapMean(blocks, { seed: trial, resamples: 300 });
      if (low <= 0 && 0 <= high) covered++;
    }
    expect(covered).toBeGreaterThan(178);
    expect(covered).toBeLessThanOrEqual(199);
  });

  it('draws as many blocks as there are', () => {
    blockBootstrap(
      9,
      (times) => {
        expect(times.reduce((a, b) => a + b, 0)).toBe(9);
        return 0;
      },
      { seed: 3, resamples: 100 },
    );
  });

  it('refuses one block, few resamples and a confidence of one', () => {
    const run =
      (blocks: number, options: object): (() => unknown) =>
      () =>
        blockBootstrap(blocks, () => 0, { seed: 1, ...options });
    expect(run(1, {})).toThrow(expect.objectContaining({ slug: 'statistics/too-few-blocks' }));
    expect(run(5, { resamples: 10 })).toThrow(expect.objectContaining({ slug: 'statistics/resamples' }));
    expect(run(5, { confidence: 1 })).toThrow(expect.objectContaining({ slug: 'statistics/confidence' }));
  });
});

describe('false-discovery control', () => {
  it("rejects the four of Benjamini and Hochberg's own example", () => {
    const p = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.324, 0.4262, 0.5719, 0.6528, 0.759, 1];
    expect(controlFalseDiscoveries(p).filter((test) => test.rejected)).toHaveLength(4);
  });

  it('keeps its order, never lowers a p-value and is not moved by the order of the tests', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 30 }), (p) => {
        const tests = controlFalseDiscoveries(p);
        tests.forEach((test, i) => {
          expect(test.pValue).toBe(p[i]);
          expect(test.adjusted).toBeGreaterThanOrEqual(test.pValue);
        });
        const turned = controlFalseDiscoveries([...p].reverse()).map((test) => test.adjusted);
        expect(turned.reverse()).toEqual(tests.map((test) => test.adjusted));
      }),
    );
  });

  it('lets through about no more than its rate when nothing is true', () => {
    const random = seededRandom(5);
    let families = 0;
    for (let i = 0; i < 2_000; i++) {
      if (controlFalseDiscoveries(Array.from({ length: 20 }, () => random.uniform())).some((test) => test.rejected)) families++;
    }
    expect(families / 2_000).toBeLessThan(0.065);
  });
});
