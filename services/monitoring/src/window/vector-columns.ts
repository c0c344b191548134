/** A column of served or reference values: numbers with NaN for missing, or texts with '' for missing. */
export type FeatureColumn =
  | { readonly name: string; readonly kind: 'numbers'; readonly values: Float64Array }
  | { readonly name: string; readonly kind: 'texts'; readonly values: readonly string[] };

/** Vectors of many rows in columns, and the day of each row. */
export interface DatedVectors {
  readonly days: readonly number[];
  readonly columns: readonly FeatureColumn[];
}

/** Rows of a column, in the order given. */
export function pick(column: FeatureColumn, rows: readonly number[]): FeatureColumn {
  return column.kind === 'numbers'
    ? { ...column, values: Float64Array.from(rows, (row) => column.values[row]!) }
    : { ...column, values: rows.map((row) => column.values[row]!) };
}
