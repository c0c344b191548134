import type { ValueTransformer } from 'typeorm';
import type { Money } from '#libs/value';

/** Money as JSON: minor units as text, because JSON's numbers end at 2^53. */
export const moneyInJson: ValueTransformer = {
  to: (amount: Money) => ({ minorUnits: String(amount.minorUnits), currency: amount.currency }),
  from: (stored: { readonly minorUnits: string; readonly currency: string }): Money => ({
    minorUnits: BigInt(stored.minorUnits),
    currency: stored.currency,
  }),
};
