import { Inject, Injectable } from '@nestjs/common';
import type { Viewer } from '#libs/identity';
import { Problem } from '#libs/problem';
import { rowsOf, type SqlEngine, type TableSource } from '#libs/sql';
import { confidentialAmong } from '../dataset/dataset.js';
import { DatasetVersionService, type VersionOfDataset } from '../dataset-version/dataset-version.service.js';
import { ReadService } from '../read/read.service.js';
import { SQL } from '../tokens.js';

/** Rows that somebody asked for. */
export interface QueryResult {
  readonly columns: readonly string[];
  /** Each row as a JSON array. */
  readonly rows: readonly string[];
  readonly truncated: boolean;
}

const MAX_ROWS = 1_000;
const MAX_DATASETS = 20;
const DEADLINE_MS = 10_000;

/** Lets people look into data with SQL that can do nothing else. */
@Injectable()
export class QueryService {
  constructor(
    private readonly versions: DatasetVersionService,
    private readonly reads: ReadService,
    @Inject(SQL) private readonly engine: SqlEngine,
  ) {}

  async query(sql: string, names: readonly string[], limit: number, viewer: Viewer): Promise<QueryResult> {
    if (!Number.isInteger(limit) || limit < 1 || limit > MAX_ROWS) {
      throw new Problem('invalid', 'data/query-limit', `a query gives 1 to ${MAX_ROWS} rows`, { maximum: MAX_ROWS });
    }
    const unique = [...new Set(names)];
    if (unique.length > MAX_DATASETS)
      throw new Problem('invalid', 'data/query-datasets', `a query reads at most ${MAX_DATASETS} datasets`);
    const read: VersionOfDataset[] = [];
    for (const value of unique) read.push(await this.versions.resolve(viewer.workspace, { by: 'dataset-name', value }));
    const seesAll = viewer.roles.includes('data-engineer');
    // Before the rows are read: an access that was not recorded must not happen.
    await this.reads.record(read, { reader: viewer, purpose: 'query', masked: !seesAll });
    const tables = Object.fromEntries(read.map((source) => [source.dataset.name, tableOf(source, seesAll)]));
    const result = await this.engine.query({ sql, tables, limitRows: limit, deadlineMs: DEADLINE_MS });
    return {
      columns: result.columns.map(({ name }) => name),
      rows: rowsOf(result).map((row) => JSON.stringify(Object.values(row))),
      truncated: result.truncated,
    };
  }
}

/** What a statement cannot see it cannot give away, whatever it computes. */
function tableOf({ dataset, version }: VersionOfDataset, seesAll: boolean): TableSource {
  const masked = seesAll ? [] : confidentialAmong(dataset, version.columns);
  return { workspace: dataset.workspace, objects: [version.object.hash], masked };
}
