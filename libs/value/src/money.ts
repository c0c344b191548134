import { Problem } from '#libs/problem';

/** An exact amount: whole minor units (cents) of an ISO 4217 currency. Never a floating number of euros. */
export interface Money {
  readonly minorUnits: bigint;
  readonly currency: string;
}

/** Currencies of ISO 4217 whose minor unit is not a hundredth. */
const MINOR_DIGITS: Readonly<Record<string, number>> = {
  ...Object.fromEntries(
    ['BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF', 'XPF'].map(
      (c) => [c, 0],
    ),
  ),
  ...Object.fromEntries(['BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND'].map((c) => [c, 3])),
};

/** Amounts stay below this many minor units in size, so that they fit an int64 and sums of many fit it too. */
const GREATEST = 10n ** 17n;

/** An amount of `minorUnits`; refuses a currency that is not three capital letters and amounts of 10^17 minor units or more. */
export function money(minorUnits: bigint, currency: string): Money {
  if (!/^[A-Z]{3}$/.test(currency)) {
    throw new Problem('invalid', 'value/currency', 'a currency is three capital letters of ISO 4217', { currency });
  }
  if (minorUnits >= GREATEST || minorUnits <= -GREATEST) {
    throw new Problem('invalid', 'value/amount-too-large', 'the amount is too large to be meant', {
      minorUnits: String(minorUnits),
    });
  }
  return { minorUnits, currency };
}

/** Digits after the point of a currency's amounts. */
export function minorDigits(currency: string): number {
  return MINOR_DIGITS[currency] ?? 2;
}

/** Reads a decimal such as "60", "-25.5" or "0.07"; refuses fractions of a minor unit instead of rounding them. */
export function parseMoney(decimal: string, currency: string): Money {
  const digits = minorDigits(currency);
  const match = /^([+-]?)(\d{1,18})(?:\.(\d+))?$/.exec(decimal.trim());
  if (!match)
    throw new Problem('invalid', 'value/amount', 'an amount is a decimal such as 60 or -25.50', { amount: decimal.slice(0, 40) });
  const fraction = (match[3] ?? '').replace(/0+$/, '');
  if (fraction.length > digits) {
    throw new Problem('invalid', 'value/amount-too-fine', `${currency} has ${digits} digits after the point`, {
      amount: decimal.slice(0, 40),
    });
  }
  const size = BigInt(match[2]! + fraction.padEnd(digits, '0'));
  return money(match[1] === '-' ? -size : size, currency);
}

/** The exact decimal of an amount, without its currency: "-25.50". Inverse of {@link parseMoney}. */
export function decimalOf({ minorUnits, currency }: Money): string {
  const digits = minorDigits(currency);
  const size = String(minorUnits < 0n ? -minorUnits : minorUnits).padStart(digits + 1, '0');
  const whole = size.slice(0, size.length - digits);
  return `${minorUnits < 0n ? '-' : ''}${whole}${digits > 0 ? `.${size.slice(-digits)}` : ''}`;
}

/** Sum of two amounts; refused across currencies. */
export function plus(a: Money, b: Money): Money {
  requireSameCurrency(a, b);
  return money(a.minorUnits + b.minorUnits, a.currency);
}

/** Difference of two amounts; refused across currencies. */
export function minus(a: Money, b: Money): Money {
  requireSameCurrency(a, b);
  return money(a.minorUnits - b.minorUnits, a.currency);
}

function requireSameCurrency(a: Money, b: Money): void {
  if (a.currency !== b.currency) {
    throw new Problem('conflict', 'value/currencies-differ', 'amounts of different currencies do not add', {
      first: a.currency,
      second: b.currency,
    });
  }
}
