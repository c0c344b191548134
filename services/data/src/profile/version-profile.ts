/** What a column of a version holds, in numbers. */
export interface ColumnProfile {
  readonly column: string;
  readonly missing: number;
  /** An estimate, within a few per cent. */
  readonly distinct: number;
  readonly min: string | null;
  readonly max: string | null;
  readonly mean: number | null;
  readonly standardDeviation: number | null;
  /** The 5th, 25th, 50th, 75th and 95th percentile of numbers. */
  readonly quantiles: readonly number[] | null;
  readonly topValues: readonly { readonly value: string; readonly count: number }[] | null;
}

export interface VersionProfile {
  readonly workspace: string;
  readonly datasetVersionId: string;
  readonly columns: readonly ColumnProfile[];
  readonly profiledAt: Date;
}

/** The profile without values of rows, for a column that only some may see: counts remain. */
export function masked({ column, missing, distinct }: ColumnProfile): ColumnProfile {
  return {
    column,
    missing,
    distinct,
    min: null,
    max: null,
    mean: null,
    standardDeviation: null,
    quantiles: null,
    topValues: null,
  };
}
