import { Problem } from '#libs/problem';
import { money, type Money } from './money.js';
import { type Payoffs } from './payoffs.js';

/** How many decisions went each of the four ways; only decisions whose outcome is known. */
export interface Tally {
  readonly truePositives: number;
  readonly falsePositives: number;
  readonly trueNegatives: number;
  readonly falseNegatives: number;
}

export const EMPTY_TALLY: Tally = { truePositives: 0, falsePositives: 0, trueNegatives: 0, falseNegatives: 0 };

/**
 * What a set of decisions did, row by row; plain or typed arrays.
 *
 * @param acts 1 (or true) where the decision was to act
 * @param outcomes 1 (or true) where the event came
 */
export function tallyOf(acts: ArrayLike<number | boolean>, outcomes: ArrayLike<number | boolean>): Tally {
  if (acts.length !== outcomes.length) {
    throw new Problem('invalid', 'value/lengths-differ', 'acts and outcomes must have the same number of rows', {
      acts: acts.length,
      outcomes: outcomes.length,
    });
  }
  const counts = [0, 0, 0, 0];
  for (let row = 0; row < acts.length; row++) counts[binary(acts[row]!, row) * 2 + binary(outcomes[row]!, row)]! += 1;
  return { truePositives: counts[3]!, falsePositives: counts[2]!, falseNegatives: counts[1]!, trueNegatives: counts[0]! };
}

/** The decisions of both tallies. */
export function joinTallies(a: Tally, b: Tally): Tally {
  return {
    truePositives: a.truePositives + b.truePositives,
    falsePositives: a.falsePositives + b.falsePositives,
    trueNegatives: a.trueNegatives + b.trueNegatives,
    falseNegatives: a.falseNegatives + b.falseNegatives,
  };
}

/** Number of decisions in a tally. */
export function decisionsIn(tally: Tally): number {
  return tally.truePositives + tally.falsePositives + tally.trueNegatives + tally.falseNegatives;
}

/** Worth of all decisions of a tally; exact. */
export function valueOf(payoffs: Payoffs, tally: Tally): Money {
  return money(
    BigInt(tally.truePositives) * payoffs.truePositive +
      BigInt(tally.falsePositives) * payoffs.falsePositive +
      BigInt(tally.trueNegatives) * payoffs.trueNegative +
      BigInt(tally.falseNegatives) * payoffs.falseNegative,
    payoffs.currency,
  );
}

/** Tallies by day (any whole number that tells days apart), by growing day: the blocks of a bootstrap. */
export function tallyByDay(
  days: ArrayLike<number>,
  acts: ArrayLike<number | boolean>,
  outcomes: ArrayLike<number | boolean>,
): readonly { readonly day: number; readonly tally: Tally }[] {
  if (days.length !== acts.length) {
    throw new Problem('invalid', 'value/lengths-differ', 'days and acts must have the same number of rows', {
      days: days.length,
      acts: acts.length,
    });
  }
  const rowsOf = new Map<number, number[]>();
  for (let row = 0; row < days.length; row++) {
    const rows = rowsOf.get(days[row]!);
    if (rows) rows.push(row);
    else rowsOf.set(days[row]!, [row]);
  }
  return [...rowsOf]
    .sort(([a], [b]) => a - b)
    .map(([day, rows]) => ({
      day,
      tally: tallyOf(
        rows.map((row) => acts[row]!),
        rows.map((row) => outcomes[row]!),
      ),
    }));
}

function binary(value: number | boolean, row: number): 0 | 1 {
  if (value === 1 || value === true) return 1;
  if (value === 0 || value === false) return 0;
  throw new Problem('invalid', 'value/not-binary', 'acts and outcomes must be 0 or 1', { row });
}
