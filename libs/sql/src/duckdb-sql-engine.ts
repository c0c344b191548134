import { createReadStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import type { ObjectStore } from '#libs/objects';
import { Problem } from '#libs/problem';
import type { ColumnarResult } from './columnar-result.js';
import { withDeadline } from './deadline.js';
import { EnginePool } from './engine-pool.js';
import type { Answers, Job, JobOf, LentTable } from './protocol.js';
import type * as port from './sql-engine.js';
import { unpack } from './unpack.js';
import { claimWorkFolder } from './work-folder.js';

export interface DuckDbOptions {
  readonly objects: ObjectStore;
  /** Results on their way and what does not fit in memory; engines may share it, each takes a folder of its own inside. */
  readonly workFolder: string;
  /** Of each process. Default 512. */
  readonly memoryLimitMb?: number;
  /** Of each process. Default 2. */
  readonly threads?: number;
  /** Default 4,096. */
  readonly maxSpillMb?: number;
  /** Default 1. */
  readonly processes?: number;
  /** Default 64. */
  readonly maxWaiting?: number;
  /** Default 15,000. */
  readonly idleMs?: number;
}

const DEADLINE_MS = 60_000;
const QUERY_ROWS = { default: 1_000, max: 100_000 };
const MAX_ROWS = 10_000_000;
const MAX_RESULT_BYTES = 1024 ** 3;
const TABLE_NAME = /^[A-Za-z_][A-Za-z0-9_]{0,62}$/;

/** `SqlEngine` on DuckDB in child processes, over any `ObjectStore`. */
export class DuckDbSqlEngine implements port.SqlEngine {
  private constructor(
    private readonly objects: ObjectStore,
    private readonly folder: string,
    private readonly pool: EnginePool,
  ) {}

  /** Takes a work folder; processes start with the first call. */
  static async open(options: DuckDbOptions): Promise<DuckDbSqlEngine> {
    const folder = await claimWorkFolder(options.workFolder);
    const spillFolder = join(folder, 'spill');
    await mkdir(spillFolder);
    const { processes = 1, maxWaiting = 64, idleMs = 15_000 } = options;
    const { memoryLimitMb = 512, threads = 2, maxSpillMb = 4_096 } = options;
    const pool = new EnginePool({ processes, maxWaiting, idleMs }, { memoryLimitMb, threads, spillFolder, maxSpillMb });
    return new DuckDbSqlEngine(options.objects, folder, pool);
  }

  /** Ids of the processes that live now, for health and tests. */
  get pids(): readonly number[] {
    return this.pool.pids;
  }

  query(request: port.QueryRequest): Promise<ColumnarResult> {
    const maxRows = request.limitRows ?? QUERY_ROWS.default;
    if (!Number.isInteger(maxRows) || maxRows < 1 || maxRows > QUERY_ROWS.max) {
      throw new Problem('invalid', 'sql/limit', `a query gives 1 to ${QUERY_ROWS.max} rows`, { maxRows: QUERY_ROWS.max });
    }
    return this.select(request, { maxRows, overflow: 'cut', deterministic: false }, false);
  }

  columns(request: port.ColumnsRequest): Promise<ColumnarResult> {
    const { maxRows = MAX_ROWS, deterministic = false, shared = false } = request;
    return this.select(request, { maxRows, overflow: 'refuse', deterministic }, shared);
  }

  materialize(request: port.MaterializeRequest): Promise<port.MaterializedObject> {
    const { sql, params = {}, orderBy = [] } = request;
    return this.within(request, (signal) =>
      this.withTables(request.tables, (tables) =>
        this.storing(request.workspace, signal, (outFile) => ({ op: 'materialize', sql, params, tables, orderBy, outFile })),
      ),
    );
  }

  check(request: port.CheckRequest): Promise<readonly port.ColumnSchema[]> {
    const { sql, orderBy = [] } = request;
    return this.within(request, (signal) =>
      this.withTables(request.tables, (tables) => this.pool.run<'check'>({ op: 'check', sql, tables, orderBy }, signal)),
    );
  }

  ingest(request: port.IngestRequest): Promise<port.MaterializedObject> {
    const { workspace, format, delimiter = ',', nullTokens = [], types = {} } = request;
    return this.within(request, (signal) =>
      this.objects.withFile(workspace, request.object, (file) =>
        this.storing(workspace, signal, (outFile) => ({ op: 'ingest', file, format, delimiter, nullTokens, types, outFile })),
      ),
    );
  }

  describe(request: port.SourceRequest): Promise<port.TableSchema> {
    return this.overSource(request, 'describe');
  }

  profile(request: port.SourceRequest): Promise<port.TableProfile> {
    return this.overSource(request, 'profile');
  }

  async close(): Promise<void> {
    await this.pool.close();
    await rm(this.folder, { recursive: true, force: true });
  }

  private select(
    request: port.SelectRequest,
    limits: Pick<JobOf<'columns'>, 'maxRows' | 'overflow' | 'deterministic'>,
    shared: boolean,
  ): Promise<ColumnarResult> {
    const { sql, params = {} } = request;
    return this.within(request, (signal) =>
      this.withTables(request.tables, (tables) =>
        this.withOutFile(async (outFile) => {
          const job = { op: 'columns', sql, params, tables, outFile, maxBytes: MAX_RESULT_BYTES, ...limits } as const;
          return unpack(outFile, await this.pool.run<'columns'>(job, signal), shared);
        }),
      ),
    );
  }

  private overSource<Op extends 'describe' | 'profile'>(request: port.SourceRequest, op: Op): Promise<Answers[Op]> {
    return this.within(request, (signal) =>
      this.withTables({ source: request.source }, ([table]) => this.pool.run<Op>({ op, table: table! } as JobOf<Op>, signal)),
    );
  }

  private within<T>(
    request: { readonly deadlineMs?: number; readonly signal?: AbortSignal },
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    return withDeadline(request.deadlineMs ?? DEADLINE_MS, request.signal, work);
  }

  /** Runs a job that writes Parquet and puts what it wrote into the store. */
  private storing(
    workspace: string,
    signal: AbortSignal,
    jobFor: (outFile: string) => JobOf<'materialize' | 'ingest'>,
  ): Promise<port.MaterializedObject> {
    return this.withOutFile(async (outFile) => {
      const schema = (await this.pool.run<Job['op']>(jobFor(outFile), signal)) as port.TableSchema;
      const head = await this.objects.put(workspace, createReadStream(outFile), { signal });
      return { workspace, ...head, ...schema };
    });
  }

  private async withOutFile<T>(use: (outFile: string) => Promise<T>): Promise<T> {
    const outFile = join(this.folder, `${randomUUID()}.out`);
    try {
      return await use(outFile);
    } finally {
      await rm(outFile, { force: true });
    }
  }

  /** Borrows the files of every table for the time of `use`. */
  private async withTables<T>(
    tables: Readonly<Record<string, port.TableSource>>,
    use: (tables: LentTable[]) => Promise<T>,
  ): Promise<T> {
    const lend = async (names: readonly string[], lent: LentTable[]): Promise<T> => {
      const [name, ...rest] = names;
      if (name === undefined) return use(lent);
      const source = tables[name]!;
      requireTable(name, source);
      const { objects, workspace, ...shown } = source;
      return this.withFiles(workspace, objects, [], (files) => lend(rest, [...lent, { name, files, ...shown }]));
    };
    return lend(Object.keys(tables), []);
  }

  private async withFiles<T>(
    workspace: string,
    hashes: readonly string[],
    files: string[],
    use: (files: string[]) => Promise<T>,
  ): Promise<T> {
    const [hash, ...rest] = hashes;
    if (hash === undefined) return use(files);
    return this.objects.withFile(workspace, hash, (file) => this.withFiles(workspace, rest, [...files, file], use));
  }
}

function requireTable(name: string, source: port.TableSource): void {
  if (!TABLE_NAME.test(name)) {
    throw new Problem('invalid', 'sql/table-name', `${name} is not a table name: letters, digits and _, at most 63`, {
      table: name,
    });
  }
  if (source.objects.length === 0)
    throw new Problem('invalid', 'sql/table-empty', `table ${name} has no objects`, { table: name });
}
