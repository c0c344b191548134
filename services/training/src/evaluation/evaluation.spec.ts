import fc from 'fast-check';
import { money, payoffsOf, type Payoffs } from '#libs/value';
import { beatsIncumbent, compareVersions } from './comparison.js';
import { dayShocks, evaluate, type ForecastRows } from './evaluation.js';
import { largestDifference } from './parity.js';

const DAY_MS = 86_400_000;
const START = Date.UTC(2013, 4, 1);
const period = { from: new Date(START), to: new Date(START + 30 * DAY_MS) };

function payoffs(times: bigint): Payoffs {
  const euros = (amount: bigint) => money(amount * 100n * times, 'EUR');
  return payoffsOf({ truePositive: euros(60n), falsePositive: euros(-25n), trueNegative: euros(0n), falseNegative: euros(0n) });
}

/** Thirty days of forecasts that are right on average and tell something. */
const rows: ForecastRows = (() => {
  const places = Array.from({ length: 3_000 }, (_, i) => i);
  const probabilities = Float64Array.from(places, (i) => ((i * 0.618034) % 1) * 0.6);
  return {
    moments: Float64Array.from(places, (i) => START + (i % 30) * DAY_MS + i),
    outcomes: Uint8Array.from(places, (i) => ((i * 0.7548777) % 1 < probabilities[i]! ? 1 : 0)),
    probabilities,
  };
})();
const rule = Uint8Array.from(rows.probabilities, (_, i) => (i % 3 === 0 ? 1 : 0));

function priced(times: bigint) {
  return evaluate(rows, {
    payoffs: payoffs(times),
    threshold: 25 / 85,
    period,
    baselines: [{ baseline: 'mv_rule', acts: rule }],
    seed: 1,
  });
}

describe('the evaluation of a version', () => {
  it('prices it per month beside never, always and the given versions', () => {
    const { auc, valuePerMonth, baselines } = priced(1n);
    expect(auc).toBeGreaterThan(0.7);
    expect(valuePerMonth.value.minorUnits).toBeGreaterThan(0n);
    expect(baselines.map(({ baseline }) => baseline)).toEqual(['never', 'always', 'mv_rule']);
    expect(baselines[0]!.valuePerMonth.value.minorUnits).toBe(0n);
    expect(baselines[0]!.difference).toEqual(valuePerMonth);
    for (const { difference } of baselines) expect(difference.low.minorUnits).toBeGreaterThan(0n);
  });

  it('gives exactly the double of every amount for doubled payoffs', () => {
    const [once, twice] = [priced(1n), priced(2n)];
    const amounts = ({ valuePerMonth, baselines }: typeof once): readonly bigint[] =>
      [valuePerMonth, ...baselines.flatMap((baseline) => [baseline.valuePerMonth, baseline.difference])].flatMap(
        ({ value, low, high }) => [value.minorUnits, low.minorUnits, high.minorUnits],
      );
    expect(amounts(twice)).toEqual(amounts(once).map((amount) => 2n * amount));
  });

  it('refuses rows of one outcome', () => {
    const onlyLate = { ...rows, outcomes: rows.outcomes.map(() => 1) };
    expect(() => evaluate(onlyLate, { payoffs: payoffs(1n), threshold: 0.3, period, baselines: [], seed: 1 })).toThrow(
      'only one of the two',
    );
  });

  it('finds no shock where days share none', () => {
    const { all, acted } = dayShocks(rows, 25 / 85);
    expect(all).toBeLessThan(0.05);
    expect(acted).toBeLessThan(0.2);
  });
});

describe('old against new', () => {
  const terms = { payoffs: payoffs(1n), period, seed: 1 };
  const blind = { versionId: 'mv_old', threshold: 0.3, probabilities: rows.probabilities.map((_, i) => (i % 10) / 10) };

  it('lets a version through that is better on the same rows', () => {
    const comparison = compareVersions(rows, { probabilities: rows.probabilities, threshold: 25 / 85 }, blind, terms);
    expect(comparison.challengerValue.minorUnits - comparison.incumbentValue.minorUnits).toBe(comparison.difference.minorUnits);
    expect(beatsIncumbent(comparison)).toBe(true);
  });

  it('refuses a version that decides alike: a difference of nothing is not above zero', () => {
    const same = { probabilities: rows.probabilities, threshold: 25 / 85 };
    expect(beatsIncumbent(compareVersions(rows, same, { ...same, versionId: 'mv_old' }, terms))).toBe(false);
  });
});

describe('the largest difference', () => {
  const column = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 20 });
  it('is nothing for equal columns, and infinite where one has no number or another length', () => {
    fc.assert(
      fc.property(column, fc.nat(), (values, at) => {
        expect(largestDifference(values, values)).toBe(0);
        expect(largestDifference(values, values.with(at % values.length, NaN))).toBe(Infinity);
        expect(largestDifference(values, [...values, 0])).toBe(Infinity);
      }),
    );
  });
});
