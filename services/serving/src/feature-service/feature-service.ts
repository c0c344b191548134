/** A column of values for many rows; NaN and the empty text stand for a missing value. */
export type ValueColumn =
  | { readonly name: string; readonly kind: 'number'; readonly values: readonly number[] }
  | { readonly name: string; readonly kind: 'text'; readonly values: readonly string[] };

/** A column that a request brings, or a feature of the vector. */
export interface NamedType {
  readonly name: string;
  readonly type: 'number' | 'text';
}

/** What serving needs to know of a feature service. */
export interface FeatureService {
  readonly id: string;
  readonly name: string;
  readonly requestColumns: readonly NamedType[];
  readonly features: readonly NamedType[];
  /** The request column by which a row is routed and found again. */
  readonly rowKey: string;
}

/** Whether callers of one service can be served by the other: they bring the same columns. */
export function sameRequest(left: FeatureService, right: FeatureService): boolean {
  const named = ({ requestColumns }: FeatureService): string =>
    JSON.stringify(requestColumns.map(({ name, type }) => [name, type]).sort());
  return left.rowKey === right.rowKey && named(left) === named(right);
}
