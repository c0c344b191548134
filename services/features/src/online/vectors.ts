import { compileEvaluator, type ExpressionRecord } from '#libs/expression';
import { entityKeyOf, type StoredValue, type TimelineEntry } from '#libs/timeline';
import {
  HOUR_MS,
  keptColumns,
  measuredColumns,
  type FeatureDefinition,
  type LatestView,
  type WindowView,
} from '../feature-view/feature-view.js';
import type { Binding, VectorPlace, VectorPlan } from '../feature-service/vector-plan.js';
import type { RequestRows, ValueColumn } from './request-rows.js';

/** One question to the timelines for each row, binding and offset. */
export interface VectorProbes {
  readonly views: readonly string[];
  readonly entityKeys: readonly string[];
  readonly momentsMs: readonly number[];
  /** For each binding and row the position of its first probe, the others follow; -1 where a key is missing. */
  readonly firstOf: readonly Int32Array[];
}

/** What must be looked up to answer these rows. */
export function probesOf(plan: VectorPlan, rows: RequestRows): VectorProbes {
  const views: string[] = [];
  const entityKeys: string[] = [];
  const momentsMs: number[] = [];
  const firstOf = plan.bindings.map(({ view, keys, offsetsMs }) => {
    const columns = keys.map((key) => rows.columns.get(key)!);
    return Int32Array.from(rows.momentsMs, (moment, row) => {
      const entityKey = entityKeyOf(columns.map((column) => column.values[row]!));
      if (entityKey === null) return -1;
      const first = views.length;
      for (const offsetMs of offsetsMs) {
        views.push(view.id);
        entityKeys.push(entityKey);
        momentsMs.push(moment - offsetMs);
      }
      return first;
    });
  });
  return { views, entityKeys, momentsMs, firstOf };
}

/** Each probe's answer: the last entry known at its moment. */
export type Answers = readonly (TimelineEntry | undefined)[];

/** The vectors, place by place. */
export function vectorsOf(plan: VectorPlan, rows: RequestRows, { firstOf }: VectorProbes, answers: Answers): ValueColumn[] {
  return plan.places.map((place) => {
    const valueOf =
      place.from === 'request'
        ? requestReader(place, rows)
        : viewReader(place, plan.bindings[place.binding]!, firstOf[place.binding]!, rows, answers);
    const values = rows.momentsMs.map((_, row) => valueOf(row));
    return place.type === 'number'
      ? { name: place.name, kind: 'number', values: values.map((value) => (typeof value === 'number' ? value : NaN)) }
      : { name: place.name, kind: 'text', values: values.map((value) => (typeof value === 'string' ? value : '')) };
  });
}

type Reader = (row: number) => StoredValue;

function requestReader({ expression }: Extract<VectorPlace, { from: 'request' }>, { columns }: RequestRows): Reader {
  const evaluate = compileEvaluator(expression);
  const used = Object.keys(expression.columns).map((name) => columns.get(name)!);
  return (row) => {
    const record: ExpressionRecord = Object.fromEntries(
      used.map(({ name, values }) => [name, values[row] === '' ? null : values[row]!]),
    );
    const value = evaluate(record);
    return typeof value === 'boolean' || value === '' ? null : value;
  };
}

function viewReader(
  { feature }: Extract<VectorPlace, { from: 'view' }>,
  { view, offsetsMs }: Binding,
  firstOf: Int32Array,
  rows: RequestRows,
  answers: Answers,
): Reader {
  const read = view.kind === 'latest' ? latestReader(view, feature) : windowReader(view, feature, offsetsMs);
  return (row) => {
    const first = firstOf[row]!;
    return first < 0 ? null : read(answers.slice(first, first + offsetsMs.length), rows.momentsMs[row]!);
  };
}

type EntryReader = (entries: Answers, momentMs: number) => StoredValue;

function latestReader(view: LatestView, feature: FeatureDefinition): EntryReader {
  const place = 1 + keptColumns(view).findIndex(({ column }) => column === feature.column);
  return ([entry], momentMs) => {
    if (!entry) return null;
    const ageMs = momentMs - (entry.values[0] as number);
    if (view.maxAgeMs !== null && ageMs > view.maxAgeMs) return null;
    return place > 0 ? entry.values[place]! : ageMs / HOUR_MS;
  };
}

function windowReader(view: WindowView, feature: FeatureDefinition, offsetsMs: readonly number[]): EntryReader {
  if (!('aggregate' in feature)) throw new Error(`${feature.name} is no feature of a window`);
  const start = offsetsMs.indexOf(feature.windowMs);
  const measure = feature.column === null ? -1 : measuredColumns(view).indexOf(feature.column);
  const at = (entries: Answers, offset: number, place: number): number =>
    (entries[offset]?.values[place] as number | undefined) ?? 0;
  const inWindow = (entries: Answers, place: number): number => at(entries, 0, place) - at(entries, start, place);
  return (entries) => {
    const count = inWindow(entries, measure < 0 ? 0 : 1 + 2 * measure);
    if (feature.aggregate === 'count') return count;
    if (count < feature.minRows) return null;
    const sum = inWindow(entries, 2 + 2 * measure);
    return feature.aggregate === 'sum' ? sum : sum / count;
  };
}
