import {
  entityKeyOf,
  newestKnown,
  packTimeline,
  runningSums,
  type ColumnEncoding,
  type StoredValue,
  type TimelineChunk,
  type TimelineEntry,
} from '#libs/timeline';
import { keptColumns, measuredColumns, type FeatureView, type WindowView } from '../feature-view/feature-view.js';

/** A view's rows, column by column, sorted so that each entity's rows stand together, by known time, event time and position. */
export interface ViewRows {
  readonly rowCount: number;
  keysAt(row: number): readonly (string | number | null)[];
  sameEntity(row: number, other: number): boolean;
  /** Whole milliseconds. */
  readonly knownMs: ArrayLike<number>;
  /** Whole milliseconds; empty for window views. */
  readonly eventMs: ArrayLike<number>;
  /** Of latest views: one reader for each kept column. */
  readonly kept: readonly ((row: number) => StoredValue)[];
  /** Of window views: one array for each measured column, NaN where missing. */
  readonly measured: readonly ArrayLike<number>[];
}

/** What part of the rows became a chunk, so that progress can be told. */
export interface EntityTimelineChunk extends TimelineChunk {
  readonly entityKey: string;
  /** Rows read so far. */
  readonly rowsDone: number;
}

/** The timelines of all entities, chunk by chunk; rows without a usable key are passed over. */
export function* viewTimelines(
  view: FeatureView,
  rows: ViewRows,
  fractionBits: Readonly<Record<string, number>>,
): Generator<EntityTimelineChunk> {
  const layout = layoutOf(view, fractionBits);
  for (let start = 0, end; start < rows.rowCount; start = end) {
    end = start + 1;
    while (end < rows.rowCount && rows.sameEntity(start, end)) end++;
    const entityKey = entityKeyOf(rows.keysAt(start));
    if (entityKey === null) continue;
    const entries =
      view.kind === 'latest' ? latestEntries(rows, start, end) : windowEntries(view, rows, fractionBits, start, end);
    for (const chunk of packTimeline(layout, entries)) yield { ...chunk, entityKey, rowsDone: end };
  }
}

/** How many rows no moment can see because their key is not one. */
export function rowsWithoutKey(rows: ViewRows): number {
  let without = 0;
  for (let start = 0, end; start < rows.rowCount; start = end) {
    end = start + 1;
    while (end < rows.rowCount && rows.sameEntity(start, end)) end++;
    if (entityKeyOf(rows.keysAt(start)) === null) without += end - start;
  }
  return without;
}

/** Event time and the kept columns; or the running row count, then count and sum of each measure. */
function layoutOf(view: FeatureView, fractionBits: Readonly<Record<string, number>>): readonly ColumnEncoding[] {
  const whole = (bits: number): ColumnEncoding => ({ kind: 'whole', fractionBits: bits });
  return view.kind === 'latest'
    ? [whole(0), ...keptColumns(view).map(({ type }): ColumnEncoding => ({ kind: type }))]
    : [whole(0), ...sums(view)];

  function sums(window: WindowView): readonly ColumnEncoding[] {
    return measuredColumns(window).flatMap((column) => [whole(0), whole(fractionBits[column] ?? 0)]);
  }
}

function* latestEntries(rows: ViewRows, start: number, end: number): Generator<TimelineEntry> {
  const dated = Array.from({ length: end - start }, (_, i) => ({
    knownMs: rows.knownMs[start + i]!,
    eventMs: rows.eventMs[start + i]!,
  }));
  for (const index of newestKnown(dated)) {
    const { knownMs, eventMs } = dated[index]!;
    yield { knownMs, values: [eventMs, ...rows.kept.map((read) => read(start + index))] };
  }
}

function windowEntries(
  view: WindowView,
  rows: ViewRows,
  fractionBits: Readonly<Record<string, number>>,
  start: number,
  end: number,
): Iterable<TimelineEntry> {
  const measures = measuredColumns(view).map((column, i) => ({
    values: rows.measured[i]!,
    fractionBits: fractionBits[column] ?? 0,
  }));
  return runningSums({ knownMs: rows.knownMs, measures }, start, end);
}
