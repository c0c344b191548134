import { Problem } from '#libs/problem';
import { money, type Money } from './money.js';

/** What one decision is worth by what was done and what happened, in minor units of one currency; exact. */
export interface Payoffs {
  /** Acted, and the event came. */
  readonly truePositive: bigint;
  /** Acted, and it did not come: the false alarm. */
  readonly falsePositive: bigint;
  /** Left alone, and it did not come. */
  readonly trueNegative: bigint;
  /** Left alone, and it came: the miss. */
  readonly falseNegative: bigint;
  readonly currency: string;
}

/** Payoffs of four amounts in one currency; refuses currencies that differ. */
export function payoffsOf(amounts: {
  readonly truePositive: Money;
  readonly falsePositive: Money;
  readonly trueNegative: Money;
  readonly falseNegative: Money;
}): Payoffs {
  const { truePositive, falsePositive, trueNegative, falseNegative } = amounts;
  const currency = truePositive.currency;
  if ([falsePositive, trueNegative, falseNegative].some((amount) => amount.currency !== currency)) {
    throw new Problem('invalid', 'value/currencies-differ', 'the four payoffs must share one currency');
  }
  return {
    truePositive: truePositive.minorUnits,
    falsePositive: falsePositive.minorUnits,
    trueNegative: trueNegative.minorUnits,
    falseNegative: falseNegative.minorUnits,
    currency,
  };
}

/** Worth of one decision. */
export function payoffOf(payoffs: Payoffs, act: boolean, happened: boolean): Money {
  const minorUnits = act
    ? happened
      ? payoffs.truePositive
      : payoffs.falsePositive
    : happened
      ? payoffs.falseNegative
      : payoffs.trueNegative;
  return money(minorUnits, payoffs.currency);
}

/**
 * The greatest amount of which every payoff is a whole multiple (6000 and -2500 cents: 500). Sums of payoffs are whole multiples of
 * it, and scaled values are rounded to it: so a value of doubled payoffs is exactly double, which rounding to cents cannot promise.
 */
export function payoffUnit(payoffs: Payoffs): bigint {
  const divisor = [payoffs.truePositive, payoffs.falsePositive, payoffs.trueNegative, payoffs.falseNegative].reduce(
    greatestDivisor,
    0n,
  );
  return divisor === 0n ? 1n : divisor;
}

/** What acting changes: `gain` where the event comes, `cost` where it does not; both in payoff units, both above zero. */
export interface Stakes {
  readonly gain: number;
  readonly cost: number;
}

/**
 * The two differences that decide (Elkan, "The Foundations of Cost-Sensitive Learning", IJCAI 2001). Refuses payoffs under which there
 * is nothing to decide: a foreseen event must be worth more than a miss, and a false alarm less than leaving alone.
 */
export function stakesOf(payoffs: Payoffs): Stakes {
  const unit = payoffUnit(payoffs);
  const gain = Number((payoffs.truePositive - payoffs.falseNegative) / unit);
  const cost = Number((payoffs.trueNegative - payoffs.falsePositive) / unit);
  if (!(gain > 0 && cost > 0)) {
    throw new Problem(
      'invalid',
      'value/nothing-to-decide',
      'a true positive must be worth more than a false negative, and a true negative more than a false positive',
      { gainUnits: gain, costUnits: cost },
    );
  }
  if (!Number.isSafeInteger(gain + cost))
    throw new Problem('invalid', 'value/amount-too-large', 'the payoffs are too large to be meant');
  return { gain, cost };
}

/**
 * The probability from which acting pays on average, for calibrated probabilities: cost / (cost + gain) (Elkan 2001, eq. 2).
 * Doubling all payoffs leaves it as it is.
 */
export function breakEvenProbability(payoffs: Payoffs): number {
  const { gain, cost } = stakesOf(payoffs);
  return cost / (cost + gain);
}

function greatestDivisor(a: bigint, b: bigint): bigint {
  let [x, y] = [a < 0n ? -a : a, b < 0n ? -b : b];
  while (y !== 0n) [x, y] = [y, x % y];
  return x;
}
