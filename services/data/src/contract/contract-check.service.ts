import { Inject, Injectable } from '@nestjs/common';
import { rowsOf, type MaterializedObject, type SqlEngine, type TableSource } from '#libs/sql';
import { confidentialAmong, type Dataset } from '../dataset/dataset.js';
import type { Column } from '../dataset-version/column.js';
import type { StoredObject } from '../dataset-version/dataset-version.js';
import { SQL } from '../tokens.js';
import { requireFit, type DataContract } from './contract.js';
import { columnsByName, ContractService } from './contract.service.js';
import * as sql from './rule-sql.js';
import { resultsOf, type Validation } from './validation.js';

/** Rows parted by a contract: accepted + quarantined = collected. */
export interface CheckedRows {
  readonly object: StoredObject;
  readonly acceptedRows: number;
  readonly flaggedRows: number;
  readonly quarantinedRows: number;
  readonly flags: StoredObject | null;
  readonly quarantine: StoredObject | null;
  readonly validation: Validation;
}

const DEADLINE_MS = 10 * 60_000;

/** Holds collected rows against a contract. */
@Injectable()
export class ContractCheckService {
  constructor(
    private readonly contracts: ContractService,
    @Inject(SQL) private readonly engine: SqlEngine,
  ) {}

  /** @throws Problem where a rule does not fit the columns; nothing is published then */
  async check(
    contract: DataContract,
    dataset: Dataset,
    collected: MaterializedObject,
    columns: readonly Column[],
    signal: AbortSignal,
  ): Promise<CheckedRows> {
    const referenced = await this.contracts.referencedBy(contract.rules, dataset.workspace);
    requireFit(contract.rules, columns, columnsByName(referenced));
    const tables: Record<string, TableSource> = { [sql.ROWS]: { ...source(collected), rowNumberAs: sql.POSITION } };
    for (const [index, rule] of contract.rules.entries()) {
      const version = rule.references === null ? undefined : referenced.get(rule.references.split('.')[0]!);
      if (version) tables[sql.referenceTable(index)] = source({ workspace: dataset.workspace, hash: version.object.hash });
    }
    const run = new Run(this.engine, collected, tables, signal);
    const broken = await run.materialize(sql.brokenRowsSql(contract.rules, columns), tables);
    const parted = await run.part(contract, broken);
    const samples = await run.samples([...parted.byRule.keys()], confidentialAmong(dataset, columns), broken);
    const referencedVersionIds = [...new Set([...referenced.values()].map(({ id }) => id))];
    const validation = { contractId: contract.id, results: resultsOf(contract, parted.byRule, samples), referencedVersionIds };
    return { ...parted.rows, validation };
  }
}

/** One check under way: the collected rows, and the signal that ends it. */
class Run {
  constructor(
    private readonly engine: SqlEngine,
    private readonly collected: MaterializedObject,
    private readonly tables: Readonly<Record<string, TableSource>>,
    private readonly signal: AbortSignal,
  ) {}

  materialize(statement: string, tables: Readonly<Record<string, TableSource>>): Promise<MaterializedObject> {
    const { workspace } = this.collected;
    return this.engine.materialize({ workspace, sql: statement, tables, deadlineMs: DEADLINE_MS, signal: this.signal });
  }

  async part(
    { rules }: DataContract,
    broken: MaterializedObject,
  ): Promise<{ readonly byRule: ReadonlyMap<string, number>; readonly rows: Omit<CheckedRows, 'validation'> }> {
    const tables = { [sql.ROWS]: this.tables[sql.ROWS]!, [sql.BROKEN]: source(broken) };
    const { accepted, counts, flags, quarantine } = sql.partingSql(rules);
    const byRule = await this.rows(sql.COUNT_BY_RULE, tables);
    const [count] = await this.rows(counts, tables);
    const quarantinedRows = Number(count!['quarantined']);
    const flaggedRows = Number(count!['flagged']);
    const object = quarantinedRows === 0 ? this.collected : await this.materialize(accepted, tables);
    return {
      byRule: new Map(byRule.map((row) => [String(row['rule']), Number(row['broken'])])),
      rows: {
        object: stored(object),
        acceptedRows: this.collected.rowCount - quarantinedRows,
        flaggedRows,
        quarantinedRows,
        flags: flaggedRows === 0 ? null : stored(await this.materialize(flags, tables)),
        quarantine: quarantinedRows === 0 ? null : stored(await this.materialize(quarantine, tables)),
      },
    };
  }

  /** A few offending rows of each rule, without the values that only some may see. */
  async samples(
    rules: readonly string[],
    masked: readonly string[],
    broken: MaterializedObject,
  ): Promise<ReadonlyMap<string, readonly string[]>> {
    const tables = { [sql.ROWS]: { ...this.tables[sql.ROWS]!, masked }, [sql.BROKEN]: source(broken) };
    const samples = new Map<string, readonly string[]>();
    for (const rule of rules) {
      const rows = await this.rows(sql.SAMPLES_OF_RULE, tables, { rule });
      samples.set(
        rule,
        rows.map((row) => String(row['sample'])),
      );
    }
    return samples;
  }

  private async rows(
    statement: string,
    tables: Readonly<Record<string, TableSource>>,
    params: Readonly<Record<string, string>> = {},
  ) {
    return rowsOf(await this.engine.query({ sql: statement, tables, params, deadlineMs: DEADLINE_MS, signal: this.signal }));
  }
}

function source({ workspace, hash }: { readonly workspace: string; readonly hash: string }): TableSource {
  return { workspace, objects: [hash] };
}

function stored({ hash, sizeBytes }: StoredObject): StoredObject {
  return { hash, sizeBytes };
}
