import { quoteIdentifier as quoted, toSql } from '#libs/expression';
import { HOUR_MS, type FeatureDefinition, type FeatureType } from '../feature-view/feature-view.js';
import type { Binding, VectorPlace, VectorPlan } from '../feature-service/vector-plan.js';
import { textKey, timelineOf, type FractionBits } from './view-timeline.sql.js';

/** A question to the offline engine. */
export interface PointInTimeQuestion {
  readonly plan: VectorPlan;
  /** SELECT of the rows: `rid`, `moment_ms`, the request columns (numbers finite or null, texts not empty or null), and `carried`. */
  readonly rows: string;
  /** Further columns of the rows that the answer carries on. */
  readonly carried: readonly string[];
  /** Values known later do not exist; null for no such bound. */
  readonly knownUntilMs: number | null;
  /** Of each binding's view. */
  readonly sources: readonly BindingSource[];
}

/** What the offline engine must know of the source behind a binding. */
export interface BindingSource {
  readonly fractionBits: FractionBits;
  /** Of the source's key columns. */
  readonly keyTypes: readonly FeatureType[];
}

/** The table of a binding's source in the statement. */
export function sourceTable(binding: number): string {
  return `source_${binding}`;
}

/** The column of an answer in which the known time of a binding's value stands. */
export function evidenceColumn({ view, keys }: Binding): string {
  return `known_at/${view.name}/${keys.join('+')}`;
}

/**
 * One SELECT that answers vectors as they were known at each row's moment, by ASOF joins over the views' sources: an implementation
 * of its own, which shares nothing with the packed timelines that online reads walk. Columns: rid, moment_ms, the carried ones, the
 * features in order, then for each binding the known time of the newest row it used.
 */
export function pointInTimeSelect({ plan, rows, carried, knownUntilMs, sources }: PointInTimeQuestion): string {
  const parts = plan.bindings.map((binding, index) => new BindingSql(index, binding, sources[index]!, plan));
  const ctes = [`request_rows AS (${rows})`, ...parts.flatMap((part) => part.ctes(knownUntilMs))];
  const columns = [
    'r.rid',
    'r.moment_ms',
    ...carried.map((name) => `r.${quoted(name)}`),
    ...plan.places.map((place) => `${placeSql(place, parts)} AS ${quoted(place.name)}`),
    ...parts.map((part) => `${part.knownAt} AS ${quoted(evidenceColumn(part.binding))}`),
  ];
  const joins = parts.flatMap((part) => part.joins);
  return `WITH ${ctes.join(',\n')}\nSELECT ${columns.join(',\n  ')}\nFROM request_rows r\n${joins.join('\n')}`;
}

function placeSql(place: VectorPlace, parts: readonly BindingSql[]): string {
  if (place.from === 'view') return parts[place.binding]!.valueSql(place.feature);
  const value = toSql(place.expression, 'r');
  return place.type === 'text' ? `nullif(${value}, '')` : value;
}

/** What one binding contributes to the statement. */
class BindingSql {
  private readonly keyNames: readonly string[];

  constructor(
    private readonly index: number,
    readonly binding: Binding,
    private readonly source: BindingSource,
    private readonly plan: VectorPlan,
  ) {
    this.keyNames = binding.keys.map((_, i) => `k${i}`);
  }

  get knownAt(): string {
    return `make_timestamptz(${this.read(0)}.known_ms * 1000)`;
  }

  get joins(): readonly string[] {
    const reads = this.binding.offsetsMs.map((_, offset) => `LEFT JOIN ${this.read(offset)} ON ${this.read(offset)}.rid = r.rid`);
    return [`LEFT JOIN ${this.keyed} ON ${this.keyed}.rid = r.rid`, ...reads];
  }

  ctes(knownUntilMs: number | null): readonly string[] {
    const { view, offsetsMs } = this.binding;
    const question = {
      table: sourceTable(this.index),
      name: this.timeline,
      view,
      fractionBits: this.source.fractionBits,
      knownUntilMs,
    };
    return [
      this.keyedRows(),
      ...timelineOf(question, this.source.keyTypes),
      ...offsetsMs.map((ms, offset) => this.asOf(offset, ms)),
    ];
  }

  valueSql(feature: FeatureDefinition): string {
    const { view, offsetsMs } = this.binding;
    if (!('aggregate' in feature)) return this.latestSql(feature.column, view.maxAgeMs);
    const start = offsetsMs.indexOf(feature.windowMs);
    const inWindow = (column: string): string =>
      `(coalesce(${this.read(0)}.${quoted(column)}, 0) - coalesce(${this.read(start)}.${quoted(column)}, 0))`;
    const count = inWindow(feature.column === null ? 'n' : `n_${feature.column}`);
    if (feature.aggregate === 'count') return `CASE WHEN ${this.keyed}.rid IS NOT NULL THEN CAST(${count} AS DOUBLE) END`;
    const unit = 2 ** (this.source.fractionBits[feature.column!] ?? 0);
    const sum = `CAST(${inWindow(`s_${feature.column!}`)} AS DOUBLE) / ${unit}`;
    return `CASE WHEN ${count} >= ${feature.minRows} THEN ${feature.aggregate === 'sum' ? sum : `${sum} / CAST(${count} AS DOUBLE)`} END`;
  }

  private latestSql(column: string | null, maxAgeMs: number | null): string {
    const ageMs = `(r.moment_ms - ${this.read(0)}.event_ms)`;
    const value = column === null ? `CAST(${ageMs} AS DOUBLE) / ${HOUR_MS}` : `${this.read(0)}.${quoted(`v_${column}`)}`;
    return maxAgeMs === null ? value : `CASE WHEN ${ageMs} <= ${maxAgeMs} THEN ${value} END`;
  }

  private get keyed(): string {
    return `keyed_${this.index}`;
  }

  private get timeline(): string {
    return `timeline_${this.index}`;
  }

  private read(offset: number): string {
    return `read_${this.index}_${offset}`;
  }

  /** Rows that have a key, as narrow as the joins need them: an ASOF join sorts what it carries. */
  private keyedRows(): string {
    const keys = this.binding.keys.map((key, i) => {
      const { type } = this.plan.requestColumns.find(({ name }) => name === key)!;
      return `${textKey(quoted(key), type)} AS k${i}`;
    });
    const present = this.keyNames.map((key) => `${key} IS NOT NULL`).join(' AND ');
    return `${this.keyed} AS (SELECT * FROM (SELECT rid, moment_ms, ${keys.join(', ')} FROM request_rows) WHERE ${present})`;
  }

  private asOf(offset: number, offsetMs: number): string {
    const same = this.keyNames.map((key) => `k.${key} = t.${key}`).join(' AND ');
    return `${this.read(offset)} AS (SELECT k.rid, t.* EXCLUDE (${this.keyNames.join(', ')}) FROM ${this.keyed} k
      ASOF JOIN ${this.timeline} t ON ${same} AND k.moment_ms - ${offsetMs} >= t.known_ms)`;
  }
}
