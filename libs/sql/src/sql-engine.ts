import type { ColumnarResult } from './columnar-result.js';
import type { ColumnProfile } from './profile.js';

/** Where the rows of a table lie: an object of the store (always Parquet), or several read as one. */
export interface TableSource {
  readonly workspace: string;
  /** Content hashes of Parquet objects with the same columns, read in this order. */
  readonly objects: readonly string[];
  /** Adds a BIGINT column of this name with the row's position in its object, from 0. */
  readonly rowNumberAs?: string;
  /** Columns whose values the statement must not see: it reads `•••` where there is one, and NULL where there is none. */
  readonly masked?: readonly string[];
}

/** A value bound to `$name` in the statement; it never becomes SQL text. */
export type SqlParameter = string | number | boolean | bigint | null | Date;

export interface SelectRequest {
  /** Exactly one SELECT, which reads only `tables`; parameters are written `$name`. */
  readonly sql: string;
  /** Table names as the statement sees them. */
  readonly tables: Readonly<Record<string, TableSource>>;
  readonly params?: Readonly<Record<string, SqlParameter>>;
  /** Time for the whole call, waiting for a free process included. Default 60,000. */
  readonly deadlineMs?: number;
  readonly signal?: AbortSignal;
}

export interface QueryRequest extends SelectRequest {
  /** The rest is cut off and `truncated` says so. Default 1,000, at most 100,000. */
  readonly limitRows?: number;
}

export interface ColumnsRequest extends SelectRequest {
  /** Refuses with `sql/too-many-rows` above it. Default 10,000,000. */
  readonly maxRows?: number;
  /** Same bits on every run: one thread, no clock, no chance. Default false. */
  readonly deterministic?: boolean;
  /** Puts the numbers in SharedArrayBuffers, so that worker threads read them without a copy. Default false. */
  readonly shared?: boolean;
}

export interface MaterializeRequest extends SelectRequest {
  /** The workspace whose store receives the Parquet object. */
  readonly workspace: string;
  /**
   * Columns that order the rows; all others break ties, so equal content gives equal bytes. Without it the statement's own
   * ORDER BY stands, and a statement that has none is ordered by all its columns from left to right.
   */
  readonly orderBy?: readonly string[];
}

/** Judges a statement, as `materialize` would, without running it. */
export interface CheckRequest {
  readonly sql: string;
  readonly tables: Readonly<Record<string, TableSource>>;
  /** Columns that the result must have, to order it by. */
  readonly orderBy?: readonly string[];
  readonly deadlineMs?: number;
  readonly signal?: AbortSignal;
}

export interface ColumnSchema {
  readonly name: string;
  /** DuckDB's spelling: `BIGINT`, `DOUBLE`, `VARCHAR`, `TIMESTAMP WITH TIME ZONE`, `DECIMAL(18,3)`, `INTEGER[]`. */
  readonly type: string;
}

export interface TableSchema {
  readonly rowCount: number;
  readonly columns: readonly ColumnSchema[];
}

/** A Parquet object that now lies in the store. */
export interface MaterializedObject extends TableSchema {
  readonly workspace: string;
  readonly hash: string;
  readonly sizeBytes: number;
}

export const FILE_FORMATS = ['csv', 'parquet', 'json'] as const;
export type FileFormat = (typeof FILE_FORMATS)[number];

/** Reads a raw file strictly and stores it as Parquet in its own row order. */
export interface IngestRequest {
  readonly workspace: string;
  /** The raw object, as it was uploaded. */
  readonly object: string;
  readonly format: FileFormat;
  /** CSV only. Default `,`. */
  readonly delimiter?: string;
  /** CSV only: unquoted texts that mean "no value", besides the empty field. */
  readonly nullTokens?: readonly string[];
  /** CSV only: types to read columns as, by name; other columns get the narrowest type that loses nothing. */
  readonly types?: Readonly<Record<string, string>>;
  readonly deadlineMs?: number;
  readonly signal?: AbortSignal;
}

export interface TableProfile {
  readonly rowCount: number;
  readonly columns: readonly ColumnProfile[];
}

export interface SourceRequest {
  readonly source: TableSource;
  readonly deadlineMs?: number;
  readonly signal?: AbortSignal;
}

/**
 * Analytics over immutable Parquet objects, in processes of its own, with nothing else in reach: one SELECT over the named
 * tables, no file, network, setting or catalog.
 *
 * Problems: `sql/not-one-select`, `sql/not-allowed`, `sql/unknown-table` (forbidden or invalid), `sql/invalid` (what the parser
 * or binder says), `sql/too-many-rows` and `sql/result-too-large` (too-large), `sql/integer-too-large`, `sql/column-type`
 * (invalid), `sql/out-of-memory`, `sql/busy` (exhausted), `sql/deadline` (deadline), `sql/cancelled` (cancelled),
 * `sql/process-lost` (unavailable); for ingest `sql/not-that-format`, `sql/ragged-row`, `sql/malformed`, `sql/encoding`,
 * `sql/header`, `sql/value-type` (invalid, with `line` where one is known).
 */
export interface SqlEngine {
  /** Some rows, for people. */
  query(request: QueryRequest): Promise<ColumnarResult>;
  /** All rows as typed columns, for programs: 336,000 rows by 40 columns pass in about a second. */
  columns(request: ColumnsRequest): Promise<ColumnarResult>;
  /** Stores the result as one Parquet object; the same statement over the same objects gives the same hash. */
  materialize(request: MaterializeRequest): Promise<MaterializedObject>;
  /** The columns that a statement would make of these tables; refuses what `materialize` would refuse before it runs. */
  check(request: CheckRequest): Promise<readonly ColumnSchema[]>;
  ingest(request: IngestRequest): Promise<MaterializedObject>;
  describe(request: SourceRequest): Promise<TableSchema>;
  profile(request: SourceRequest): Promise<TableProfile>;
  /** Ends the processes; calls under way fail with `sql/cancelled`. */
  close(): Promise<void>;
}
