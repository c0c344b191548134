import { actsOf, estimateDifference, tallyByDay, totalTally, valueOf, type Money, type Payoffs } from '#libs/value';
import { dayOf, type Period } from '../pipeline-run/plan.js';

/** Old against new on the same rows. */
export interface VersionComparison {
  readonly incumbentVersionId: string;
  readonly period: Period;
  readonly rows: number;
  readonly incumbentValue: Money;
  readonly challengerValue: Money;
  /** New minus old, paired by day, with the interval of a bootstrap over days. */
  readonly difference: Money;
  readonly differenceLow: Money;
  readonly differenceHigh: Money;
}

/** What one version made of the rows. */
export interface ScoredPolicy {
  readonly probabilities: Float64Array;
  readonly threshold: number;
}

export interface ComparisonRows {
  readonly moments: Float64Array;
  readonly outcomes: Uint8Array;
}

/** Compares two versions on rows whose outcomes are known; amounts are of these rows, not scaled. */
export function compareVersions(
  rows: ComparisonRows,
  challenger: ScoredPolicy,
  incumbent: ScoredPolicy & { readonly versionId: string },
  terms: { readonly payoffs: Payoffs; readonly period: Period; readonly seed: number },
): VersionComparison {
  const days = Float64Array.from(rows.moments, dayOf);
  const talliesOf = ({ probabilities, threshold }: ScoredPolicy) =>
    tallyByDay(days, actsOf({ kind: 'threshold', threshold }, probabilities), rows.outcomes).map(({ tally }) => tally);
  const [ours, theirs] = [talliesOf(challenger), talliesOf(incumbent)];
  const pairs = ours.map((of, day) => ({ of, against: theirs[day]! }));
  const { value, low, high } = estimateDifference(terms.payoffs, pairs, { seed: terms.seed });
  return {
    incumbentVersionId: incumbent.versionId,
    period: terms.period,
    rows: rows.outcomes.length,
    incumbentValue: valueOf(terms.payoffs, totalTally(theirs)),
    challengerValue: valueOf(terms.payoffs, totalTally(ours)),
    difference: value,
    differenceLow: low,
    differenceHigh: high,
  };
}

/** A new version takes over only where it is better beyond chance. */
export function beatsIncumbent({ differenceLow }: VersionComparison): boolean {
  return differenceLow.minorUnits > 0n;
}
