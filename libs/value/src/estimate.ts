import { Problem } from '#libs/problem';
import { blockBootstrap, type BootstrapOptions } from '#libs/statistics';
import { minus, money, type Money } from './money.js';
import { payoffUnit, type Payoffs } from './payoffs.js';
import { AS_MADE, scaleMoney, type Scale } from './scale.js';
import { EMPTY_TALLY, joinTallies, valueOf, type Tally } from './tally.js';

/** An amount and how sure it is. */
export interface ValueEstimate {
  readonly value: Money;
  readonly low: Money;
  readonly high: Money;
  /** Share of resamples inside [low, high]. */
  readonly confidence: number;
}

/**
 * Value of decisions with a percentile interval over resampled days.
 *
 * @param days one tally per day, at least two days
 * @param scale carries value and interval to another volume; as made by default
 */
export function estimateValue(
  payoffs: Payoffs,
  days: readonly Tally[],
  options: BootstrapOptions,
  scale: Scale = AS_MADE,
): ValueEstimate {
  return estimate(
    payoffs,
    days.map((day) => valueOf(payoffs, day)),
    options,
    scale,
  );
}

/**
 * Value of one policy minus that of another on the same rows, paired by day: a day drawn is drawn for both, so what a day does to both
 * cancels (Efron & Tibshirani 1993). The first is better beyond chance where `low` is above zero.
 */
export function estimateDifference(
  payoffs: Payoffs,
  days: readonly { readonly of: Tally; readonly against: Tally }[],
  options: BootstrapOptions,
  scale: Scale = AS_MADE,
): ValueEstimate {
  const differences = days.map(({ of, against }, day) => {
    if (rowsWith(of) !== rowsWith(against)) {
      throw new Problem('invalid', 'value/not-paired', 'two policies are compared on the same decisions', { day });
    }
    return minus(valueOf(payoffs, of), valueOf(payoffs, against));
  });
  return estimate(payoffs, differences, options, scale);
}

/**
 * What acts promise by the probabilities they rest on: their expected worth, before any outcome is known, rounded to whole payoff
 * units (so it doubles exactly with the payoffs).
 */
export function promisedValue(payoffs: Payoffs, probabilities: ArrayLike<number>, acts: ArrayLike<number | boolean>): Money {
  if (probabilities.length !== acts.length) {
    throw new Problem('invalid', 'value/lengths-differ', 'probabilities and acts must have the same number of rows', {
      probabilities: probabilities.length,
      acts: acts.length,
    });
  }
  const unit = payoffUnit(payoffs);
  const inUnits = (amount: bigint): number => Number(amount / unit);
  let expected = 0;
  for (let row = 0; row < acts.length; row++) {
    const p = probabilities[row]!;
    const [hit, not] = acts[row] ? [payoffs.truePositive, payoffs.falsePositive] : [payoffs.falseNegative, payoffs.trueNegative];
    expected += p * inUnits(hit) + (1 - p) * inUnits(not);
  }
  return money(BigInt(Math.round(expected)) * unit, payoffs.currency);
}

/** What the best threshold would have earned beyond what was earned; never below zero (people may beat every threshold). */
export function missedValue(realised: Money, best: Money): Money {
  const missed = minus(best, realised);
  return missed.minorUnits < 0n ? money(0n, missed.currency) : missed;
}

/** All tallies in one. */
export function totalTally(days: readonly Tally[]): Tally {
  return days.reduce(joinTallies, EMPTY_TALLY);
}

function estimate(payoffs: Payoffs, days: readonly Money[], options: BootstrapOptions, scale: Scale): ValueEstimate {
  const unit = payoffUnit(payoffs);
  const units = days.map((day) => wholeUnits(day.minorUnits / unit, days.length));
  const interval = blockBootstrap(units.length, (times) => units.reduce((sum, value, i) => sum + value * times[i]!, 0), options);
  const scaled = (value: number): Money => scaleMoney(payoffs, money(BigInt(value) * unit, payoffs.currency), scale);
  return {
    value: scaled(units.reduce((a, b) => a + b, 0)),
    low: scaled(interval.low),
    high: scaled(interval.high),
    confidence: interval.confidence,
  };
}

/** A resample may draw the same day every time; even then the sum must be exact in a double. */
function wholeUnits(units: bigint, days: number): number {
  const value = Number(units);
  if (!Number.isSafeInteger(value * days))
    throw new Problem('invalid', 'value/amount-too-large', 'the values are too large to be summed exactly');
  return value;
}

function rowsWith({ truePositives, falseNegatives, falsePositives, trueNegatives }: Tally): string {
  return `${truePositives + falseNegatives} of ${falsePositives + trueNegatives}`;
}
