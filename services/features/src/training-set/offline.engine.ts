import { Inject, Injectable } from '@nestjs/common';
import { quoteIdentifier as quoted } from '#libs/expression';
import { cellAt, columnOf, type Column, type MaterializedObject, type SqlEngine, type TableSource } from '#libs/sql';
import type { VectorPlan } from '../feature-service/vector-plan.js';
import type { RequestRows, ValueColumn } from '../online/request-rows.js';
import { SQL } from '../tokens.js';
import { evidenceColumn, pointInTimeSelect, sourceTable, type BindingSource } from './point-in-time.sql.js';
import type { ColumnStatistics, LeakReport, TrainingSetDefinition } from './training-set.js';
import { broughtRowsSelect, CARRIED, ROWS, trainingRowsSelect } from './training-rows.sql.js';
import { ROW_POSITION } from './view-timeline.sql.js';

/** A binding's source as of the view's current materialization. */
export interface PinnedSource extends BindingSource {
  readonly objectHash: string;
}

/** What has been written, and what was found in it. */
export interface BuiltSet {
  readonly object: MaterializedObject;
  readonly evidence: MaterializedObject;
  readonly leakReport: LeakReport;
  readonly labelledRows: number;
  readonly labelsNotBinary: number;
  readonly statistics: readonly ColumnStatistics[];
}

export interface OfflineCall {
  readonly workspace: string;
  readonly deadlineMs: number;
  readonly signal: AbortSignal;
}

const EVIDENCE = 'evidence';

/** Vectors as known then, computed by SQL over the sources themselves: nothing that online reads use stands between. */
@Injectable()
export class OfflineEngine {
  constructor(@Inject(SQL) private readonly sql: SqlEngine) {}

  /** Writes a set and the evidence of its known times, and counts the leaks in the evidence. */
  async build(
    plan: VectorPlan,
    definition: TrainingSetDefinition,
    rowsHash: string,
    sources: readonly PinnedSource[],
    call: OfflineCall,
  ): Promise<BuiltSet> {
    const rows = trainingRowsSelect(definition, plan.requestColumns, plan.rowKey);
    const knownUntilMs = definition.knownUntil.getTime();
    const sql = pointInTimeSelect({ plan, rows, carried: CARRIED, knownUntilMs, sources });
    const tables = { [ROWS]: sourceOf(call.workspace, rowsHash), ...sourceTables(call.workspace, sources) };
    const evidence = await this.sql.materialize({ ...call, sql, tables, orderBy: ['moment_ms', 'rid'] });
    const written = { [EVIDENCE]: { workspace: call.workspace, objects: [evidence.hash] } };
    const object = await this.sql.materialize({ ...call, sql: setSelect(plan), tables: written });
    const { workspace: _, ...limits } = call;
    const counted = await this.sql.query({ ...limits, sql: countsSelect(plan), tables: written });
    const count = (name: string): number => Number(cellAt(columnOf(counted, name), 0) ?? 0);
    const tightest = cellAt(columnOf(counted, 'tightest_ms'), 0);
    const leakReport = {
      checkedValues: count('checked'),
      leaks: count('leaks'),
      tightestSeconds: tightest === null ? null : Number(tightest) / 1_000,
    };
    const statistics = await this.statistics(object, limits);
    return { object, evidence, leakReport, labelledRows: count('labelled'), labelsNotBinary: count('not_binary'), statistics };
  }

  /** The same question as an online read, answered the offline way. */
  async read(
    plan: VectorPlan,
    rows: RequestRows,
    sources: readonly PinnedSource[],
    { workspace, ...limits }: OfflineCall,
  ): Promise<ValueColumn[]> {
    const select = pointInTimeSelect({
      plan,
      rows: broughtRowsSelect(plan.requestColumns),
      carried: [],
      knownUntilMs: null,
      sources,
    });
    const sql = `SELECT ${plan.places.map(({ name }) => quoted(name)).join(', ')} FROM (${select}) ORDER BY rid`;
    const result = await this.sql.columns({
      ...limits,
      sql,
      tables: sourceTables(workspace, sources),
      params: { rows: brought(plan, rows) },
    });
    return plan.places.map(({ name, type }) => valuesOf(name, type, columnOf(result, name)));
  }

  private async statistics(
    { workspace, hash }: MaterializedObject,
    limits: Omit<OfflineCall, 'workspace'>,
  ): Promise<readonly ColumnStatistics[]> {
    const { columns } = await this.sql.profile({ ...limits, source: { workspace, objects: [hash] } });
    return columns.map((column) => ({
      name: column.name,
      missing: column.nullCount,
      distinct: column.distinctEstimate,
      mean: column.mean,
      standardDeviation: column.stddev,
      minimum: column.min,
      maximum: column.max,
      percentiles: column.quantiles,
    }));
  }
}

function sourceOf(workspace: string, objectHash: string): TableSource {
  return { workspace, objects: [objectHash], rowNumberAs: ROW_POSITION };
}

function sourceTables(workspace: string, sources: readonly PinnedSource[]): Record<string, TableSource> {
  return Object.fromEntries(sources.map(({ objectHash }, index) => [sourceTable(index), sourceOf(workspace, objectHash)]));
}

/** The set as others read it, out of its evidence. */
function setSelect(plan: VectorPlan): string {
  const features = plan.places.map(({ name }) => quoted(name));
  return `SELECT row_key, make_timestamptz(moment_ms * 1000) AS moment, ${features.join(', ')}, label,
      make_timestamptz(label_known_ms * 1000) AS label_known_at FROM ${EVIDENCE} ORDER BY moment_ms, rid`;
}

function countsSelect({ bindings }: VectorPlan): string {
  const known = bindings.map((binding) => `epoch_ms(${quoted(evidenceColumn(binding))})`);
  const sum = (parts: readonly string[]): string => parts.join(' + ') || '0';
  return `SELECT ${sum(known.map((ms) => `count(${ms})`))} AS checked,
      ${sum(known.map((ms) => `count(*) FILTER (WHERE ${ms} > moment_ms)`))} AS leaks,
      ${known.length === 0 ? 'NULL::BIGINT' : `least(${known.map((ms) => `min(moment_ms - ${ms})`).join(', ')})`} AS tightest_ms,
      count(label) AS labelled, count(*) FILTER (WHERE label NOT IN (0, 1)) AS not_binary FROM ${EVIDENCE}`;
}

function brought(plan: VectorPlan, { columns, momentsMs }: RequestRows): string {
  const values = plan.requestColumns.map(({ name }) => columns.get(name)!.values);
  const rows = momentsMs.map((m, rid) => {
    // JSON has no NaN, so a missing number is null, as a missing text is.
    const cells = values.map((column, i) => [
      `c${i}`,
      Number.isFinite(column[rid]) || (typeof column[rid] === 'string' && column[rid] !== '') ? column[rid] : null,
    ]);
    return { rid, m, ...Object.fromEntries(cells) };
  });
  return JSON.stringify(rows);
}

function valuesOf(name: string, type: 'number' | 'text', column: Column): ValueColumn {
  if (type === 'text') {
    const texts = column.kind === 'string' ? column : undefined;
    return { name, kind: 'text', values: Array.from(column.values, (code) => texts?.dictionary[code] ?? '') };
  }
  return { name, kind: 'number', values: Array.from(column.values, (value, row) => (column.valid?.[row] === 0 ? NaN : value)) };
}
