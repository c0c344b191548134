/** What a column holds, in numbers that fit a page; texts are cut at 64 characters. */
export interface ColumnProfile {
  readonly name: string;
  readonly type: string;
  readonly nullCount: number;
  /** HyperLogLog estimate, within a few per cent. */
  readonly distinctEstimate: number;
  /** Smallest and largest value as text; null where all are missing or the type has no order. */
  readonly min: string | null;
  readonly max: string | null;
  /** Numbers only. */
  readonly mean: number | null;
  readonly stddev: number | null;
  /** Numbers only: the 5th, 25th, 50th, 75th and 95th percentile. */
  readonly quantiles: readonly number[] | null;
  /** Texts and booleans only: at most ten, most frequent first, equal counts in order of the value. */
  readonly topValues: readonly { readonly value: string; readonly count: number }[] | null;
}
