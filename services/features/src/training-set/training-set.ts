/** What a training set is made of: the same definition is the same set. */
export interface TrainingSetDefinition {
  readonly featureServiceId: string;
  /** The rows: request columns, a moment, a label with its known time. */
  readonly datasetVersionId: string;
  readonly momentColumn: string;
  readonly labelColumn: string;
  readonly labelKnownColumn: string;
  /** Rows whose moment lies in [from, to). */
  readonly from: Date;
  readonly to: Date;
  /** Nothing known later is in the set. */
  readonly knownUntil: Date;
}

/** Proof that no feature was known after its row's moment. */
export interface LeakReport {
  readonly checkedValues: number;
  readonly leaks: number;
  /** The shortest time between a value's becoming known and its use; null where no value was used. */
  readonly tightestSeconds: number | null;
}

/** A column of the set in numbers. */
export interface ColumnStatistics {
  readonly name: string;
  readonly missing: number;
  readonly distinct: number;
  readonly mean: number | null;
  readonly standardDeviation: number | null;
  readonly minimum: string | null;
  readonly maximum: string | null;
  /** The 5th, 25th, 50th, 75th and 95th percentile; null for texts. */
  readonly percentiles: readonly number[] | null;
}

/** Rows with the features as they were known at each row's moment, and the label. */
export interface TrainingSet extends TrainingSetDefinition {
  readonly id: string;
  readonly workspace: string;
  readonly definitionDigest: string;
  /** The versions it was built from: the rows', then the views' sources. */
  readonly datasetVersionIds: readonly string[];
  /** Parquet: row key, moment, the features in order, label, label known at. */
  readonly objectHash: string;
  readonly objectSizeBytes: number;
  /** Parquet: the same rows with the known time of what was used; the leak report is counted from it. */
  readonly evidenceHash: string;
  readonly rows: number;
  readonly labelledRows: number;
  readonly leakReport: LeakReport;
  readonly statistics: readonly ColumnStatistics[];
  readonly createdAt: Date;
}
