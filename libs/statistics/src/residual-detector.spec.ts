import fc from 'fast-check';
import {
  observeResidual,
  residualVerdict,
  seededRandom,
  startResidualDetector,
  type Random,
  type ResidualDetectorPlan,
  type ResidualVerdict,
} from './index.js';

const PLAN: ResidualDetectorPlan = { averageRunLength: 200, tolerance: 0.01, stakes: [0.25, 0.5, 0.75, 0.9] };

/** Mean residual of a day whose flights share the weather: noise of the day, not of its flights. */
function day(random: Random, shift: number): number {
  return Math.max(-1, Math.min(1, shift + (random.uniform() - 0.5) * 0.4));
}

function firstAlarm(residuals: Iterable<number>): { block: number; verdict: ResidualVerdict } | undefined {
  let state = startResidualDetector(PLAN);
  let block = 0;
  for (const residual of residuals) {
    block++;
    const step = observeResidual(PLAN, state, residual);
    state = step.state;
    if (step.verdict.alarmed) return { block, verdict: step.verdict };
  }
  return undefined;
}

describe('residual detector', () => {
  it('stays silent for at least its average run length while forecasts are calibrated', () => {
    const random = seededRandom(21);
    const runs = Array.from(
      { length: 60 },
      () => firstAlarm(Array.from({ length: 1_000 }, () => day(random, 0)))?.block ?? 1_000,
    );
    const average = runs.reduce((a, b) => a + b, 0) / runs.length;
    expect(average).toBeGreaterThan(PLAN.averageRunLength);
  });

  it('keeps its promise for the most hostile blocks within the tolerance', () => {
    const random = seededRandom(22);
    // All or nothing at the edge of the tolerance has the greatest variance that a residual can have.
    const hostile = (): number => (random.uniform() < (1 + PLAN.tolerance) / 2 ? 1 : -1);
    const runs = Array.from({ length: 400 }, () => firstAlarm(Array.from({ length: 4_000 }, hostile))?.block ?? 4_000);
    expect(runs.reduce((a, b) => a + b, 0) / runs.length).toBeGreaterThan(PLAN.averageRunLength * 0.9);
  });

  it('speaks soon after forecasts and outcomes part, names the direction and about when it began', () => {
    for (const [shift, direction] of [
      [0.12, 'forecasts-too-low'],
      [-0.12, 'forecasts-too-high'],
    ] as const) {
      const random = seededRandom(3);
      const alarm = firstAlarm(Array.from({ length: 300 }, (_, i) => day(random, i < 60 ? 0 : shift)));
      expect(alarm?.block).toBeGreaterThan(60);
      expect(alarm?.block).toBeLessThan(160);
      expect(alarm?.verdict.direction).toBe(direction);
      expect(Math.abs(alarm!.verdict.since - 61)).toBeLessThan(25);
    }
  });

  it('goes on from its stored state as if it had never stopped', () => {
    const residual = fc.double({ min: -1, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.array(residual, { maxLength: 40 }), fc.nat({ max: 40 }), (residuals, cut) => {
        const run = (store: boolean): ResidualVerdict => {
          let state = startResidualDetector(PLAN);
          residuals.forEach((r, i) => {
            if (store && i === cut) state = JSON.parse(JSON.stringify(state));
            state = observeResidual(PLAN, state, r).state;
          });
          return residualVerdict(PLAN, state);
        };
        expect(run(true)).toEqual(run(false));
      }),
    );
  });

  it('weighs both directions alike', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 1, maxLength: 30 }), (residuals) => {
        const run = (sign: number): ResidualVerdict => {
          let state = startResidualDetector(PLAN);
          for (const r of residuals) state = observeResidual(PLAN, state, sign * r).state;
          return residualVerdict(PLAN, state);
        };
        expect(run(-1).evidence).toBeCloseTo(run(1).evidence, 9);
      }),
    );
  });

  it('refuses stakes that could lose everything, residuals that are none, and a state of another plan', () => {
    expect(() => startResidualDetector({ ...PLAN, stakes: [1] })).toThrow(expect.objectContaining({ slug: 'statistics/stakes' }));
    const state = startResidualDetector(PLAN);
    expect(() => observeResidual(PLAN, state, 1.5)).toThrow(
      expect.objectContaining({ slug: 'statistics/residual-out-of-range' }),
    );
    expect(() => observeResidual({ ...PLAN, stakes: [0.5] }, state, 0)).toThrow(expect.objectContaining({ kind: 'conflict' }));
  });
});
