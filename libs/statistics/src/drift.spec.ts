import fc from 'fast-check';
import {
  categoryDrift,
  CategorySketch,
  chiSquareSurvival,
  effectiveRows,
  HistogramSketch,
  histogramEdges,
  jensenShannon,
  kolmogorovSurvival,
  numericDrift,
  sampleDistance,
  seededRandom,
  stabilityIndex,
} from './index.js';

const sample = fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 1, maxLength: 60 });
const counts = fc.array(fc.nat({ max: 500 }), { minLength: 3, maxLength: 8 }).filter((c) => c.some((x) => x > 0));

describe('distributions', () => {
  it('match the tables', () => {
    expect(chiSquareSurvival(3.841458820694124, 1)).toBeCloseTo(0.05, 12);
    expect(chiSquareSurvival(18.307038053275146, 10)).toBeCloseTo(0.05, 12);
    expect(chiSquareSurvival(2, 2)).toBeCloseTo(Math.exp(-1), 14);
    expect(chiSquareSurvival(200, 63)).toBeGreaterThan(0);
    expect(kolmogorovSurvival(1.3580986393225505)).toBeCloseTo(0.05, 10);
    expect(kolmogorovSurvival(0.5)).toBeCloseTo(0.9639452436648751, 10);
  });

  it('join without a step where the series of Kolmogorov changes', () => {
    expect(kolmogorovSurvival(1 - 1e-12)).toBeCloseTo(kolmogorovSurvival(1 + 1e-12), 10);
  });
});

describe('distance of samples', () => {
  it('is the greatest gap of the distribution functions, and the area between them', () => {
    fc.assert(
      fc.property(sample, sample, (a, b) => {
        const at = (column: readonly number[], x: number): number => column.filter((v) => v <= x).length / column.length;
        let greatest = 0;
        let area = 0;
        for (let x = -51; x <= 51; x++) {
          greatest = Math.max(greatest, Math.abs(at(a, x) - at(b, x)));
          area += Math.abs(at(a, x) - at(b, x));
        }
        const distance = sampleDistance(a, b);
        expect(distance.kolmogorovSmirnov).toBeCloseTo(greatest, 12);
        expect(distance.wasserstein).toBeCloseTo(area, 9);
      }),
    );
  });

  it('moves with a shift by exactly the shift', () => {
    expect(sampleDistance([1, 2, 3], [11, 12, 13])).toMatchObject({ kolmogorovSmirnov: 1, wasserstein: 10 });
  });

  it('calls equal distributions different about as often as its level', () => {
    const random = seededRandom(2);
    let rejected = 0;
    for (let i = 0; i < 1_000; i++) {
      const draw = (): number[] => Array.from({ length: 60 }, () => random.uniform());
      if (sampleDistance(draw(), draw()).pValue < 0.05) rejected++;
    }
    expect(rejected).toBeGreaterThan(20);
    expect(rejected).toBeLessThan(70);
  });
});

describe('tables of counts', () => {
  it('differ by nothing from themselves, and alike both ways', () => {
    fc.assert(
      fc.property(counts, (p) => {
        const q = [...p].reverse();
        expect(stabilityIndex(p, p)).toMatchObject({ index: 0, pValue: 1 });
        expect(jensenShannon(p, p).distance).toBe(0);
        expect(stabilityIndex(p, q).index).toBeCloseTo(stabilityIndex(q, p).index, 9);
        expect(jensenShannon(p, q).distance).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('are one apart when they share no cell', () => {
    expect(jensenShannon([10, 0], [0, 5]).distance).toBeCloseTo(1, 12);
  });

  it('have the index of the textbook', () => {
    const index = 0.1 * Math.log(0.6 / 0.5) - 0.1 * Math.log(0.4 / 0.5);
    expect(stabilityIndex([50_000_000, 50_000_000], [60_000_000, 40_000_000]).index).toBeCloseTo(index, 6);
  });

  it('have p-values that hold their level', () => {
    const random = seededRandom(9);
    const draw = (): number[] => {
      const cells = [0, 0, 0, 0, 0];
      for (let i = 0; i < 500; i++) cells[random.below(5)]! += 1;
      return cells;
    };
    let [index, distance] = [0, 0];
    for (let i = 0; i < 1_000; i++) {
      const [a, b] = [draw(), draw()];
      if (stabilityIndex(a, b).pValue < 0.05) index++;
      if (jensenShannon(a, b).pValue < 0.05) distance++;
    }
    for (const rejected of [index, distance]) {
      expect(rejected).toBeGreaterThan(25);
      expect(rejected).toBeLessThan(80);
    }
  });
});

describe('effective rows', () => {
  it('are the days where all rows of a day are alike, and the rows where days do not matter', () => {
    const alike = Array.from({ length: 30 }, (_, day) => (day % 2 === 0 ? [100, 0] : [0, 100]));
    expect(effectiveRows(alike, 'cells')).toBeCloseTo(29, 0);
    const even = Array.from({ length: 30 }, () => [50, 50]);
    expect(effectiveRows(even, 'cumulative')).toBe(3_000);
  });
});

describe('drift of sketches', () => {
  const sketchOf = (edges: Float64Array, rows: readonly number[]): HistogramSketch => new HistogramSketch(edges).add(rows);

  it('of columns with few values equals the distances of the samples', () => {
    const few = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(few, few, (a, b) => {
        const edges = histogramEdges([...a, ...b]);
        const drift = numericDrift(sketchOf(edges, a), sketchOf(edges, b));
        expect(drift.kolmogorovSmirnov).toBeCloseTo(sampleDistance(a, b).kolmogorovSmirnov, 9);
      }),
    );
  });

  it('never overstates the Kolmogorov–Smirnov distance and comes near the Wasserstein distance', () => {
    const random = seededRandom(4);
    const normal = (mean: number): number =>
      mean + Math.sqrt(-2 * Math.log(1 - random.uniform())) * Math.cos(2 * Math.PI * random.uniform());
    const a = Array.from({ length: 4_000 }, () => normal(0));
    const b = Array.from({ length: 3_000 }, () => normal(0.4));
    const edges = histogramEdges(a);
    const drift = numericDrift(sketchOf(edges, a), sketchOf(edges, b));
    const exact = sampleDistance(a, b);
    expect(drift.kolmogorovSmirnov).toBeLessThanOrEqual(exact.kolmogorovSmirnov + 1e-12);
    expect(drift.kolmogorovSmirnov).toBeGreaterThan(exact.kolmogorovSmirnov - 0.03);
    expect(Math.abs(drift.wasserstein! - exact.wasserstein)).toBeLessThan(0.05);
    expect(drift.pValue).toBeLessThan(1e-6);
  });

  it('sees rows go missing', () => {
    const edges = histogramEdges([1, 2, 3, 4]);
    const drift = numericDrift(sketchOf(edges, [1, 2, 3, 4]), sketchOf(edges, [1, 2, 3, 4, NaN, NaN, NaN, NaN]));
    expect(drift).toMatchObject({ missingShareBefore: 0, missingShareNow: 0.5, kolmogorovSmirnov: 0 });
    expect(drift.stabilityIndex).toBeGreaterThan(0.5);
    const gone = numericDrift(
      sketchOf(
        edges,
        Array.from({ length: 50 }, (_, i) => i % 5),
      ),
      sketchOf(
        edges,
        Array.from({ length: 30 }, () => NaN),
      ),
    );
    expect(gone.kolmogorovSmirnov).toBeUndefined();
    expect(gone.pValue).toBeLessThan(0.001);
  });

  it('does not take a mark that days share for drift', () => {
    const random = seededRandom(8);
    const day = (): number[] => {
      const weather = Math.floor(random.uniform() * 10);
      return Array.from({ length: 200 }, () => weather);
    };
    const before = Array.from({ length: 60 }, day);
    const now = Array.from({ length: 7 }, day);
    const edges = histogramEdges(before.flat());
    const [reference, current] = [sketchOf(edges, before.flat()), sketchOf(edges, now.flat())];
    const days = { reference: before.map((rows) => sketchOf(edges, rows)), current: now.map((rows) => sketchOf(edges, rows)) };
    expect(numericDrift(reference, current).pValue).toBeLessThan(0.001);
    expect(numericDrift(reference, current, days).pValue).toBeGreaterThan(0.05);
  });

  it('of categories sees a new one', () => {
    const before = new CategorySketch(['UA', 'DL']).add([
      ...Array.from({ length: 80 }, () => 'UA'),
      ...Array.from({ length: 20 }, () => 'DL'),
    ]);
    const now = new CategorySketch(['UA', 'DL']).add([
      ...Array.from({ length: 50 }, () => 'UA'),
      ...Array.from({ length: 50 }, () => 'new'),
    ]);
    expect(categoryDrift(before, now).pValue).toBeLessThan(1e-6);
    expect(categoryDrift(before, before).pValue).toBe(1);
  });
});
