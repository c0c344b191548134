import { Inject, Injectable } from '@nestjs/common';
import { identifier, rowsOf, type MaterializedObject, type SqlEngine } from '#libs/sql';
import { Problem } from '#libs/problem';
import { ContractCheckService, type CheckedRows } from '../contract/contract-check.service.js';
import { ContractService } from '../contract/contract.service.js';
import type { Dataset } from '../dataset/dataset.js';
import type { Job } from '../job/job.js';
import type { JobContext } from '../job/job-work.js';
import { SQL } from '../tokens.js';
import { columnTypeOf, type Column } from './column.js';
import { requireEvolution, type VersionDraft } from './dataset-version.js';
import { DatasetVersionService } from './dataset-version.service.js';

/** Where collected rows come from. */
export interface Provenance {
  readonly job: Job;
  readonly transformId: string | null;
  readonly inputVersionIds: readonly string[];
}

const DEADLINE_MS = 10 * 60_000;
const UNSTORABLE = /^(BLOB|BIT|GEOMETRY)/;

/** Makes a version of rows, whatever they come from: evolution, contract, counts. */
@Injectable()
export class VersionMaker {
  constructor(
    private readonly versions: DatasetVersionService,
    private readonly contracts: ContractService,
    private readonly checks: ContractCheckService,
    @Inject(SQL) private readonly engine: SqlEngine,
  ) {}

  async make(
    dataset: Dataset,
    made: MaterializedObject,
    from: Provenance,
    { signal, report }: JobContext,
  ): Promise<VersionDraft> {
    const { workspace } = dataset;
    const collected = await this.plain(made, signal);
    const columns = await this.columnsOf(collected, signal);
    const newest = await this.versions.newest(workspace, dataset.id);
    if (newest) requireEvolution(newest.columns, columns);
    await report('checking the contract', 0.5);
    const contract = await this.contracts.newestOf(workspace, dataset.id);
    const checked = contract ? await this.checks.check(contract, dataset, collected, columns, signal) : untouched(collected);
    await report('publishing', 0.9);
    return {
      ...checked,
      workspace,
      datasetId: dataset.id,
      columns: columns,
      collectedRows: collected.rowCount,
      transformId: from.transformId,
      jobId: from.job.id,
      inputVersionIds: from.inputVersionIds,
    };
  }

  /** Values that no column type names (nested ones, times of day, UUIDs) are kept as text, nested ones as JSON. */
  private plain(made: MaterializedObject, signal: AbortSignal): Promise<MaterializedObject> {
    requireOwnNames(made);
    const binary = made.columns.find(({ type }) => UNSTORABLE.test(type));
    if (binary) {
      const facts = { column: binary.name, type: binary.type };
      throw new Problem(
        'invalid',
        'data/column-type',
        `column ${binary.name} is ${binary.type}, which a dataset cannot hold`,
        facts,
      );
    }
    if (made.columns.every(({ type }) => columnTypeOf(type))) return Promise.resolve(made);
    const select = made.columns.map(({ name, type }) => {
      const column = identifier(name);
      if (columnTypeOf(type)) return column;
      const nested = /\]$|^(STRUCT|MAP|UNION)/.test(type);
      return `${nested ? `to_json(${column})` : column}::VARCHAR AS ${column}`;
    });
    const sql = `SELECT ${select.join(', ')} FROM made ORDER BY position`;
    const { workspace, hash } = made;
    const tables = { made: { workspace, objects: [hash], rowNumberAs: 'position' } };
    return this.engine.materialize({ workspace, sql, tables, deadlineMs: DEADLINE_MS, signal });
  }

  private async columnsOf({ workspace, hash, columns }: MaterializedObject, signal: AbortSignal): Promise<readonly Column[]> {
    const missing = columns.map(({ name }, index) => `count(*) > count(${identifier(name)}) AS c${index}`);
    const sql = `SELECT ${missing.join(', ')} FROM made`;
    const [row] = rowsOf(
      await this.engine.query({ sql, tables: { made: { workspace, objects: [hash] } }, deadlineMs: DEADLINE_MS, signal }),
    );
    return columns.map(({ name, type }, index) => ({
      name,
      type: columnTypeOf(type)!,
      sqlType: type,
      nullable: row![`c${index}`] === true,
    }));
  }
}

/** Names under which the platform adds columns of its own beside the data's. */
function requireOwnNames({ columns }: MaterializedObject): void {
  const reserved = columns.find(({ name }) => name.startsWith('__') || name.toLowerCase() === '_reasons');
  if (!reserved) return;
  const facts = { column: reserved.name };
  throw new Problem(
    'invalid',
    'data/column-name',
    `the name ${reserved.name} is reserved: _reasons and names that begin with __`,
    facts,
  );
}

function untouched({
  hash,
  sizeBytes,
  rowCount,
}: MaterializedObject): Omit<CheckedRows, 'validation'> & { readonly validation: null } {
  const none = { flaggedRows: 0, quarantinedRows: 0, flags: null, quarantine: null, validation: null };
  return { object: { hash, sizeBytes }, acceptedRows: rowCount, ...none };
}
