import type { Facts, ProblemKind } from '#libs/problem';
import type { ColumnKind } from './columnar-result.js';
import type { ColumnSchema, FileFormat, SqlParameter, TableProfile, TableSchema } from './sql-engine.js';

/** A table as the process sees it: paths that were lent for this job. */
export interface LentTable {
  readonly name: string;
  readonly files: readonly string[];
  readonly rowNumberAs?: string;
  readonly masked?: readonly string[];
}

interface SelectJob {
  readonly sql: string;
  readonly tables: readonly LentTable[];
  readonly params: Readonly<Record<string, SqlParameter>>;
}

/** What the parent asks; every file name in it was made by the parent. */
export type Job =
  | (SelectJob & {
      readonly op: 'columns';
      readonly outFile: string;
      readonly maxRows: number;
      /** Above `maxRows`: cut off (a query) or refuse. */
      readonly overflow: 'cut' | 'refuse';
      readonly deterministic: boolean;
      readonly maxBytes: number;
    })
  | (SelectJob & { readonly op: 'materialize'; readonly outFile: string; readonly orderBy: readonly string[] })
  | (Omit<SelectJob, 'params'> & { readonly op: 'check'; readonly orderBy: readonly string[] })
  | {
      readonly op: 'ingest';
      readonly file: string;
      readonly outFile: string;
      readonly format: FileFormat;
      readonly delimiter: string;
      readonly nullTokens: readonly string[];
      readonly types: Readonly<Record<string, string>>;
    }
  | { readonly op: 'describe'; readonly table: LentTable }
  | { readonly op: 'profile'; readonly table: LentTable };

/** Where the parts of one column lie in the packed file; offsets are multiples of eight. */
export interface PackedColumn {
  readonly name: string;
  readonly type: string;
  readonly kind: ColumnKind;
  readonly nullCount: number;
  readonly valuesAt: number;
  readonly validAt: number | null;
  readonly dictionary: { readonly at: number; readonly bytes: number } | null;
}

export interface PackedResult {
  readonly rowCount: number;
  readonly truncated: boolean;
  readonly sizeBytes: number;
  readonly columns: readonly PackedColumn[];
}

/** What each job answers with. */
export interface Answers {
  readonly columns: PackedResult;
  readonly materialize: TableSchema;
  readonly check: readonly ColumnSchema[];
  readonly ingest: TableSchema;
  readonly describe: TableSchema;
  readonly profile: TableProfile;
}
export type JobOf<Op extends Job['op']> = Extract<Job, { readonly op: Op }>;

/** Limits of the process, handed over once as its argument. */
export interface ProcessLimits {
  readonly memoryLimitMb: number;
  readonly threads: number;
  readonly spillFolder: string;
  readonly maxSpillMb: number;
}

export interface WireProblem {
  readonly kind: ProblemKind;
  readonly slug: `${string}/${string}`;
  readonly detail: string;
  readonly facts: Facts;
}

export type ToProcess = { readonly do: Job } | { readonly cancel: true };
export type FromProcess =
  | { readonly answer: Answers[Job['op']] }
  | { readonly problem: WireProblem }
  /** A bug, or DuckDB in an undefined state; the process ends after it. */
  | { readonly fault: string };
