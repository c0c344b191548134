import fc from 'fast-check';
import {
  actsOf,
  ALWAYS_THRESHOLD,
  bestThreshold,
  breakEvenProbability,
  decimalOf,
  decisionsIn,
  estimateDifference,
  estimateValue,
  minus,
  missedValue,
  money,
  NEVER_THRESHOLD,
  parseMoney,
  payoffOf,
  payoffUnit,
  perMonth,
  perThousand,
  plus,
  promisedValue,
  scaleMoney,
  tallyByDay,
  tallyOf,
  toVolume,
  totalTally,
  valueOf,
  type Payoffs,
  type Tally,
} from './index.js';

const FLIGHTS: Payoffs = { truePositive: 6000n, falsePositive: -2500n, trueNegative: 0n, falseNegative: 0n, currency: 'EUR' };

const double = (payoffs: Payoffs): Payoffs => ({
  truePositive: 2n * payoffs.truePositive,
  falsePositive: 2n * payoffs.falsePositive,
  trueNegative: 2n * payoffs.trueNegative,
  falseNegative: 2n * payoffs.falseNegative,
  currency: payoffs.currency,
});

const cents = fc.bigInt({ min: -1_000_000n, max: 1_000_000n });
const payoffs = fc
  .record({
    falseNegative: cents,
    falsePositive: cents,
    gain: fc.bigInt({ min: 1n, max: 500_000n }),
    cost: fc.bigInt({ min: 1n, max: 500_000n }),
  })
  .map(({ falseNegative, falsePositive, gain, cost }): Payoffs => ({
    falseNegative,
    falsePositive,
    truePositive: falseNegative + gain,
    trueNegative: falsePositive + cost,
    currency: 'EUR',
  }));
const row = fc.record({
  p: fc.integer({ min: 0, max: 50 }).map((k) => k / 50),
  y: fc.integer({ min: 0, max: 1 }),
  day: fc.nat({ max: 5 }),
});
const rows = fc.array(row, { minLength: 1, maxLength: 60 });
const count = fc.nat({ max: 10_000 });
const tally = fc.record({ truePositives: count, falsePositives: count, trueNegatives: count, falseNegatives: count });

const valueAt = (p: Payoffs, set: readonly { p: number; y: number }[], threshold: number): bigint =>
  valueOf(
    p,
    tallyOf(
      actsOf(
        { kind: 'threshold', threshold },
        set.map((r) => r.p),
      ),
      set.map((r) => r.y),
    ),
  ).minorUnits;

describe('money', () => {
  it('reads and writes exact decimals', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 16n), max: 10n ** 16n }), fc.constantFrom('EUR', 'JPY', 'KWD'), (units, currency) => {
        expect(parseMoney(decimalOf(money(units, currency)), currency)).toEqual({ minorUnits: units, currency });
      }),
    );
    expect(parseMoney('-25.5', 'EUR').minorUnits).toBe(-2550n);
    expect(decimalOf(money(-7n, 'EUR'))).toBe('-0.07');
  });

  it('refuses what it would have to round, guess or add across currencies', () => {
    expect(() => parseMoney('0.001', 'EUR')).toThrow(expect.objectContaining({ slug: 'value/amount-too-fine' }));
    for (const text of ['', '1e3', '1,5', 'NaN', '--1'])
      expect(() => parseMoney(text, 'EUR')).toThrow(expect.objectContaining({ slug: 'value/amount' }));
    expect(() => money(1n, 'euro')).toThrow(expect.objectContaining({ slug: 'value/currency' }));
    expect(() => plus(money(1n, 'EUR'), money(1n, 'USD'))).toThrow(expect.objectContaining({ kind: 'conflict' }));
  });
});

describe('value of decisions', () => {
  it('is the sum of the single payoffs', () => {
    fc.assert(
      fc.property(payoffs, rows, fc.double({ min: 0, max: 1, noNaN: true }), (p, set, threshold) => {
        const single = set.map((r) => payoffOf(p, r.p >= threshold, r.y === 1)).reduce(plus);
        expect(valueAt(p, set, threshold)).toBe(single.minorUnits);
      }),
    );
  });

  it('is the same summed by day', () => {
    fc.assert(
      fc.property(payoffs, rows, (p, set) => {
        const acts = set.map((r) => r.p > 0.3);
        const outcomes = set.map((r) => r.y);
        const days = tallyByDay(
          set.map((r) => r.day),
          acts,
          outcomes,
        );
        expect(valueOf(p, totalTally(days.map((d) => d.tally)))).toEqual(valueOf(p, tallyOf(acts, outcomes)));
        expect(days.map((d) => d.day)).toEqual([...new Set(set.map((r) => r.day))].sort((a, b) => a - b));
      }),
    );
  });

  it('doubles exactly with doubled payoffs, scaled or not, with every interval; and the thresholds stay', () => {
    const days = fc.array(tally, { minLength: 2, maxLength: 8 });
    fc.assert(
      fc.property(payoffs, days, rows, fc.integer({ min: 1, max: 400_000 }), (p, tallies, set, volume) => {
        const scale = toVolume(volume, Math.max(1, decisionsIn(totalTally(tallies))));
        const options = { seed: 1, resamples: 100 };
        const [once, twice] = [p, double(p)].map((payoff) => estimateValue(payoff, tallies, options, scale));
        for (const part of ['value', 'low', 'high'] as const) expect(twice![part].minorUnits).toBe(2n * once![part].minorUnits);
        expect(breakEvenProbability(double(p))).toBe(breakEvenProbability(p));
        const [probabilities, outcomes] = [set.map((r) => r.p), set.map((r) => r.y)];
        expect(bestThreshold(double(p), probabilities, outcomes)).toEqual(bestThreshold(p, probabilities, outcomes));
      }),
    );
  });

  it('refuses rows that are not paired and acts that are no yes or no', () => {
    expect(() => tallyOf([1], [])).toThrow(expect.objectContaining({ slug: 'value/lengths-differ' }));
    expect(() => tallyOf([2], [1])).toThrow(expect.objectContaining({ slug: 'value/not-binary' }));
  });
});

describe('threshold', () => {
  it('by expected value is where a false alarm and a foreseen delay balance', () => {
    expect(breakEvenProbability(FLIGHTS)).toBe(25 / 85);
  });

  it('in hindsight earns at least as much as every other threshold', () => {
    fc.assert(
      fc.property(payoffs, rows, (p, set) => {
        const { threshold, acts } = bestThreshold(
          p,
          set.map((r) => r.p),
          set.map((r) => r.y),
        );
        const best = valueAt(p, set, threshold);
        expect(set.filter((r) => r.p >= threshold)).toHaveLength(acts);
        for (const other of [ALWAYS_THRESHOLD, NEVER_THRESHOLD, ...set.map((r) => r.p)])
          expect(valueAt(p, set, other)).toBeLessThanOrEqual(best);
      }),
    );
  });

  it('never acts where no act pays, always where every act does, and lies between the probabilities otherwise', () => {
    expect(bestThreshold(FLIGHTS, [0.2, 0.9], [0, 0])).toEqual({ threshold: NEVER_THRESHOLD, acts: 0 });
    expect(bestThreshold(FLIGHTS, [0.2, 0.9], [1, 1])).toEqual({ threshold: ALWAYS_THRESHOLD, acts: 2 });
    expect(bestThreshold(FLIGHTS, [0.25, 0.75], [0, 1])).toEqual({ threshold: 0.5, acts: 1 });
    expect([...actsOf({ kind: 'threshold', threshold: NEVER_THRESHOLD }, [1])]).toEqual([0]);
  });

  it('acts least among thresholds that earn the same', () => {
    const even: Payoffs = { ...FLIGHTS, truePositive: 100n, falsePositive: -100n };
    expect(bestThreshold(even, [0.9, 0.5, 0.4, 0.1], [1, 0, 1, 0])).toEqual({ threshold: 0.7, acts: 1 });
    expect(bestThreshold(even, [0.5, 0.4], [0, 1])).toEqual({ threshold: NEVER_THRESHOLD, acts: 0 });
  });

  it('is refused where there is nothing to decide', () => {
    expect(() => breakEvenProbability({ ...FLIGHTS, falsePositive: 0n })).toThrow(
      expect.objectContaining({ slug: 'value/nothing-to-decide' }),
    );
  });
});

describe('policies', () => {
  it('are compared on the rows they share: never, always, a rule, a threshold', () => {
    const p = [0.1, 0.5, 0.9];
    expect([...actsOf({ kind: 'never' }, p)]).toEqual([0, 0, 0]);
    expect([...actsOf({ kind: 'always' }, p)]).toEqual([1, 1, 1]);
    expect([...actsOf({ kind: 'threshold', threshold: 0.5 }, p)]).toEqual([0, 1, 1]);
    expect([...actsOf({ kind: 'acts', acts: [true, false, true] }, p)]).toEqual([1, 0, 1]);
    expect(() => actsOf({ kind: 'acts', acts: [1] }, p)).toThrow(expect.objectContaining({ slug: 'value/lengths-differ' }));
  });
});

describe('scale', () => {
  it('rounds half to even in whole payoff units', () => {
    expect(payoffUnit(FLIGHTS)).toBe(500n);
    expect(scaleMoney(FLIGHTS, money(500n, 'EUR'), toVolume(1, 2)).minorUnits).toBe(0n);
    expect(scaleMoney(FLIGHTS, money(1500n, 'EUR'), toVolume(1, 2)).minorUnits).toBe(1000n);
    expect(scaleMoney(FLIGHTS, money(-1500n, 'EUR'), toVolume(1, 2)).minorUnits).toBe(-1000n);
  });

  it('is never further than half a unit from the exact ratio', () => {
    fc.assert(
      fc.property(
        payoffs,
        tally,
        fc.nat({ max: 1_000_000 }),
        fc.integer({ min: 1, max: 1_000_000 }),
        (p, t, numerator, denominator) => {
          const value = valueOf(p, t);
          const scaled = scaleMoney(p, value, toVolume(numerator, denominator)).minorUnits;
          const error = scaled * BigInt(denominator) - value.minorUnits * BigInt(numerator);
          if (numerator !== denominator)
            expect(2n * (error < 0n ? -error : error)).toBeLessThanOrEqual(payoffUnit(p) * BigInt(denominator));
        },
      ),
    );
  });

  it('knows a thousand decisions and a mean month, and nothing to divide by', () => {
    expect(scaleMoney(FLIGHTS, money(100_000n, 'EUR'), perThousand(500)).minorUnits).toBe(200_000n);
    expect(Number(perMonth(400 * 365 + 97).denominator) / 4_800).toBe(146_097);
    expect(() => perThousand(0)).toThrow(expect.objectContaining({ slug: 'value/scale' }));
  });
});

describe('estimates', () => {
  const good: Tally = { truePositives: 40, falsePositives: 20, trueNegatives: 130, falseNegatives: 10 };
  const poor: Tally = { truePositives: 30, falsePositives: 20, trueNegatives: 130, falseNegatives: 20 };
  const days = Array.from({ length: 30 }, (_, i) => ({ of: i % 5 === 0 ? poor : good, against: poor }));

  it('hold the value between the ends of their interval, the same for the same seed', () => {
    const first = estimateValue(
      FLIGHTS,
      days.map((d) => d.of),
      { seed: 'may' },
    );
    expect(
      estimateValue(
        FLIGHTS,
        days.map((d) => d.of),
        { seed: 'may' },
      ),
    ).toEqual(first);
    expect(first.value).toEqual(valueOf(FLIGHTS, totalTally(days.map((d) => d.of))));
    expect(first.low.minorUnits).toBeLessThan(first.value.minorUnits);
    expect(first.high.minorUnits).toBeGreaterThan(first.value.minorUnits);
  });

  it('of a difference pair the days: narrower than the two intervals apart', () => {
    const noisy = days.map(({ of, against }, i) => {
      const swing: Tally = { truePositives: 10 * i, falsePositives: 0, trueNegatives: 0, falseNegatives: 0 };
      return { of: totalTally([of, swing]), against: totalTally([against, swing]) };
    });
    const difference = estimateDifference(FLIGHTS, noisy, { seed: 1 });
    const apart = estimateValue(
      FLIGHTS,
      noisy.map((d) => d.of),
      { seed: 1 },
    );
    const width = ({ low, high }: { low: { minorUnits: bigint }; high: { minorUnits: bigint } }): bigint =>
      high.minorUnits - low.minorUnits;
    expect(width(difference) * 5n).toBeLessThan(width(apart));
    expect(difference.low.minorUnits).toBeGreaterThan(0n);
  });

  it('of a difference refuse decisions that are not the same', () => {
    expect(() =>
      estimateDifference(FLIGHTS, [{ of: good, against: { ...good, truePositives: 41 } }, days[0]!], { seed: 1 }),
    ).toThrow(expect.objectContaining({ slug: 'value/not-paired' }));
  });

  it('of what acts promise are their value where the forecasts were sure and right', () => {
    fc.assert(
      fc.property(payoffs, rows, (p, set) => {
        const acts = set.map((r) => r.p > 0.3);
        const promised = promisedValue(
          p,
          set.map((r) => r.y),
          acts,
        );
        expect(promised).toEqual(
          valueOf(
            p,
            tallyOf(
              acts,
              set.map((r) => r.y),
            ),
          ),
        );
        expect(
          promisedValue(
            double(p),
            set.map((r) => r.p),
            acts,
          ).minorUnits,
        ).toBe(
          2n *
            promisedValue(
              p,
              set.map((r) => r.p),
              acts,
            ).minorUnits,
        );
      }),
    );
    expect(promisedValue(FLIGHTS, [0.5], [true]).minorUnits).toBe(2000n); // 17.50 in units of 5.00
  });

  it('of what was missed are never below zero', () => {
    fc.assert(
      fc.property(cents, cents, (a, b) => {
        const missed = missedValue(money(a, 'EUR'), money(b, 'EUR'));
        expect(missed.minorUnits >= 0n).toBe(true);
        if (b >= a) expect(missed).toEqual(minus(money(b, 'EUR'), money(a, 'EUR')));
      }),
    );
  });
});
