import fc from 'fast-check';
import {
  calibrationVerdict,
  dayShockVariance,
  observeDay,
  residualsByDay,
  seededRandom,
  startCalibrationTest,
  type CalibrationPlan,
  type CalibrationVerdict,
  type DayResiduals,
  type Random,
} from './index.js';

const SHOCK = 0.2;
const PLAN: CalibrationPlan = {
  averageRunLengthDays: 300,
  tolerance: Math.log(1.25),
  bets: [0.1, 0.2, 0.3, 0.45, 0.65, 1],
  streams: [{ name: 'all', dayShockVariance: SHOCK }],
};

/** The same promise over fewer days, so that it can be tried often. */
const SHORT: CalibrationPlan = { ...PLAN, averageRunLengthDays: 60 };

const gaussian = (random: Random): number =>
  Math.sqrt(-2 * Math.log(1 - random.uniform())) * Math.cos(2 * Math.PI * random.uniform());

const logit = (p: number): number => Math.log(p / (1 - p));

/**
 * A day of flights under one weather: outcomes come true at the forecast, moved by `shift` (log-odds, to first order), on average over
 * the day's shock. Log-odds are widened so that the average over the shock is right (Zeger, Liang & Albert, Biometrics 1988).
 */
function dayOf(random: Random, day: number, shift: number, rows = 60): DayResiduals {
  const shock = gaussian(random) * Math.sqrt(SHOCK);
  const p = Array.from({ length: rows }, () => 0.1 + 0.4 * random.uniform());
  const y = p.map((q) => {
    const inner = logit(q + shift * q * (1 - q)) * Math.sqrt(1 + 0.346 * SHOCK) + shock;
    return random.uniform() < 1 / (1 + Math.exp(-inner)) ? 1 : 0;
  });
  return residualsByDay(
    p.map(() => day),
    p,
    y,
  )[0]!;
}

function firstAlarm(days: readonly DayResiduals[], plan = PLAN): { day: number; verdict: CalibrationVerdict } | undefined {
  let state = startCalibrationTest(plan);
  for (const residuals of days) {
    const step = observeDay(plan, state, residuals.day, [residuals]);
    state = step.state;
    if (step.verdict.alarmed) return { day: residuals.day, verdict: step.verdict };
  }
  return undefined;
}

const residuals = fc
  .tuple(
    fc.integer({ min: 1, max: 200 }),
    fc.double({ min: -1, max: 1, noNaN: true }),
    fc.double({ min: 0, max: 0.25, noNaN: true }),
  )
  .map(([count, mean, variance]) => ({ count, excess: mean * count, variance: variance * count }));
const run = (plan: CalibrationPlan, days: readonly Omit<DayResiduals, 'day'>[], storeAt = -1): CalibrationVerdict => {
  let state = startCalibrationTest(plan);
  days.forEach((day, i) => {
    if (i === storeAt) state = JSON.parse(JSON.stringify(state));
    state = observeDay(plan, state, i + 1, [{ ...day, day: i + 1 }]).state;
  });
  return calibrationVerdict(plan, state);
};

describe('day-shock variance', () => {
  it('is found again from days that share a shock, and is none without one', () => {
    const random = seededRandom(6);
    const shocked = Array.from({ length: 800 }, (_, day) => dayOf(random, day, 0));
    expect(dayShockVariance(shocked)).toBeGreaterThan(SHOCK * 0.7);
    expect(dayShockVariance(shocked)).toBeLessThan(SHOCK * 1.25);
    expect(dayShockVariance([{ day: 1, count: 2, excess: 0, variance: 0.5 }])).toBe(0);
    expect(dayShockVariance([])).toBe(0);
  });

  it('hardly depends on how many rows of a day were seen', () => {
    const random = seededRandom(7);
    const few = dayShockVariance(Array.from({ length: 3_000 }, (_, day) => dayOf(random, day, 0, 20)));
    expect(Math.abs(few - SHOCK)).toBeLessThan(0.07);
  });
});

describe('calibration detector', () => {
  it('stays silent for at least its average run length while forecasts hold on average', () => {
    const random = seededRandom(21);
    const runs = Array.from(
      { length: 40 },
      () =>
        firstAlarm(
          Array.from({ length: 400 }, (_, day) => dayOf(random, day, 0, 30)),
          SHORT,
        )?.day ?? 400,
    );
    expect(runs.reduce((a, b) => a + b, 0) / runs.length).toBeGreaterThan(SHORT.averageRunLengthDays);
  });

  it('keeps its promise at the edge of the tolerance, in either direction', () => {
    const random = seededRandom(22);
    for (const shift of [PLAN.tolerance, -PLAN.tolerance]) {
      const runs = Array.from(
        { length: 40 },
        () =>
          firstAlarm(
            Array.from({ length: 400 }, (_, day) => dayOf(random, day, shift, 30)),
            SHORT,
          )?.day ?? 400,
      );
      expect(runs.reduce((a, b) => a + b, 0) / runs.length).toBeGreaterThan(SHORT.averageRunLengthDays);
    }
  });

  it('gains one a day on average at the edge of the tolerance: the average run length rests on it', () => {
    const random = seededRandom(23);
    const plan: CalibrationPlan = { ...PLAN, bets: [0.3] };
    const [count, variance, days, runs] = [400, 40, 25, 3_000];
    const deviation = Math.sqrt(variance + SHOCK * variance * variance);
    let evidence = 0;
    for (let i = 0; i < runs; i++) {
      let state = startCalibrationTest(plan);
      for (let day = 0; day < days; day++) {
        const excess = plan.tolerance * variance + deviation * gaussian(random);
        state = observeDay(plan, state, day, [{ day, count, excess, variance }]).state;
      }
      evidence += state.streams[0]!.tooHigh[0]!.evidence / runs;
    }
    expect(Math.abs(evidence / days - 1)).toBeLessThan(0.15);
  });

  it('speaks after forecasts and outcomes part, names the direction and about when it began', () => {
    for (const [shift, direction] of [
      [-0.8, 'forecasts-too-high'],
      [0.8, 'forecasts-too-low'],
    ] as const) {
      const random = seededRandom(3);
      const alarm = firstAlarm(Array.from({ length: 300 }, (_, day) => dayOf(random, day, day < 60 ? 0 : shift)));
      expect(alarm?.day).toBeGreaterThan(60);
      expect(alarm?.day).toBeLessThan(110);
      expect(alarm?.verdict.direction).toBe(direction);
      expect(Math.abs(alarm!.verdict.since! - 60)).toBeLessThan(15);
    }
  });

  it('goes on from its stored state as if it had never stopped', () => {
    fc.assert(
      fc.property(fc.array(residuals, { maxLength: 40 }), fc.nat({ max: 40 }), (days, cut) => {
        expect(run(PLAN, days, cut)).toEqual(run(PLAN, days));
      }),
    );
  });

  it('weighs both directions alike', () => {
    fc.assert(
      fc.property(fc.array(residuals, { minLength: 1, maxLength: 30 }), (days) => {
        const turned = days.map((day) => ({ ...day, excess: -day.excess }));
        expect(run(PLAN, turned).evidence).toBeCloseTo(run(PLAN, days).evidence, 9);
      }),
    );
  });

  it('gives several streams the mean of their evidence', () => {
    const two: CalibrationPlan = { ...PLAN, streams: [PLAN.streams[0]!, { name: 'acted', dayShockVariance: 0.4 }] };
    const day = dayOf(seededRandom(1), 1, 0.5);
    const both = observeDay(two, startCalibrationTest(two), 1, [day, day]).verdict.evidence;
    const alone = [SHOCK, 0.4].map((dayShockVariance) => {
      const plan = { ...PLAN, streams: [{ name: 'one', dayShockVariance }] };
      return observeDay(plan, startCalibrationTest(plan), 1, [day]).verdict.evidence;
    });
    expect(both).toBeCloseTo((alone[0]! + alone[1]!) / 2, 12);
  });

  it('passes over a day that says nothing and refuses one that comes twice or out of turn', () => {
    const state = startCalibrationTest(PLAN);
    const empty = { day: 4, count: 0, excess: 0, variance: 0 };
    const after = observeDay(PLAN, state, 4, [empty]);
    expect(after.verdict.evidence).toBe(0);
    expect(() => observeDay(PLAN, after.state, 4, [empty])).toThrow(expect.objectContaining({ slug: 'statistics/day-order' }));
  });

  it('refuses a plan that cannot keep its promise and a state of another plan', () => {
    expect(() => startCalibrationTest({ ...PLAN, bets: [] })).toThrow(expect.objectContaining({ slug: 'statistics/bets' }));
    expect(() => startCalibrationTest({ ...PLAN, tolerance: -1 })).toThrow(
      expect.objectContaining({ slug: 'statistics/tolerance' }),
    );
    expect(() => startCalibrationTest({ ...PLAN, averageRunLengthDays: 0 })).toThrow(
      expect.objectContaining({ kind: 'invalid' }),
    );
    const other = { ...PLAN, bets: [0.5] };
    const day = { day: 1, count: 1, excess: 0.5, variance: 0.2 };
    expect(() => observeDay(other, startCalibrationTest(PLAN), 1, [day])).toThrow(
      expect.objectContaining({ slug: 'statistics/plan-changed' }),
    );
  });
});
