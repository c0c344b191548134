import { Problem } from '#libs/problem';
import { money, type Money } from './money.js';
import { payoffUnit, type Payoffs } from './payoffs.js';

/** An exact factor that carries the value of some decisions to another volume. */
export interface Scale {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

/** The decisions as they are. */
export const AS_MADE: Scale = { numerator: 1n, denominator: 1n };

/** Worth per 1,000 decisions, of a value over `decisions`. */
export function perThousand(decisions: number): Scale {
  return scaleOf(1_000, decisions);
}

/** From the decisions that were made (a sample) to all that there were in the month; say "scaled" beside the amount. */
export function toVolume(monthlyVolume: number, decisions: number): Scale {
  return scaleOf(monthlyVolume, decisions);
}

/** From a stretch of whole days to a mean month of the Gregorian calendar (146,097 days in 4,800 months). */
export function perMonth(days: number): Scale {
  return scaleOf(146_097, 4_800 * days);
}

/**
 * Scales an amount and rounds half to even, to whole payoff units (see {@link payoffUnit}): multiples of the payoffs stay multiples, so
 * doubled payoffs give exactly double. Nothing is rounded where the scale is one.
 */
export function scaleMoney(payoffs: Payoffs, amount: Money, scale: Scale): Money {
  if (amount.currency !== payoffs.currency) {
    throw new Problem('conflict', 'value/currencies-differ', 'the amount is not of the payoffs', {
      amount: amount.currency,
      payoffs: payoffs.currency,
    });
  }
  if (scale.numerator === scale.denominator) return amount;
  const unit = payoffUnit(payoffs);
  return money(divideHalfEven(amount.minorUnits * scale.numerator, scale.denominator * unit) * unit, amount.currency);
}

function scaleOf(numerator: number, denominator: number): Scale {
  if (!Number.isSafeInteger(numerator) || !Number.isSafeInteger(denominator) || numerator < 0 || denominator <= 0) {
    throw new Problem('invalid', 'value/scale', 'a scale needs whole numbers, and something to divide by', {
      numerator,
      denominator,
    });
  }
  return { numerator: BigInt(numerator), denominator: BigInt(denominator) };
}

function divideHalfEven(dividend: bigint, divisor: bigint): bigint {
  const negative = dividend < 0n;
  const size = negative ? -dividend : dividend;
  const floor = size / divisor;
  const twice = (size % divisor) * 2n;
  const up = twice > divisor || (twice === divisor && floor % 2n === 1n);
  const rounded = up ? floor + 1n : floor;
  return negative ? -rounded : rounded;
}
