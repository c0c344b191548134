import { CategorySketch, HeavyHitters, HistogramSketch, histogramEdges, type Sketch } from '#libs/statistics';
import { pick, type DatedVectors, type FeatureColumn } from './vector-columns.js';

/** How one feature was distributed in the reference, day by day: days share a cause, so their number says how sure a comparison is. */
export interface FeatureReference {
  readonly feature: string;
  readonly days: readonly Sketch[];
}

/** Bins of a numeric feature and categories of a text; everything rarer is counted together. */
const BINS = 64;
const CATEGORIES = 200;
const CANDIDATES = 10_000;

/** Sketches of each feature over cuts that are frozen from these rows. */
export function referenceOf({ days, columns }: DatedVectors): readonly FeatureReference[] {
  const rowsOfDay = rowsByDay(days);
  return columns.map((column) => {
    const empty = emptySketch(column);
    return { feature: column.name, days: rowsOfDay.map((rows) => sketchOf(pick(column, rows), empty)) };
  });
}

/** Day sketches of a column over the cuts of its reference; undefined where the column is of the other kind. */
export function daySketches(
  column: FeatureColumn,
  days: readonly number[],
  reference: FeatureReference,
): readonly Sketch[] | undefined {
  const like = reference.days[0];
  if (!like || like instanceof HistogramSketch !== (column.kind === 'numbers')) return undefined;
  return rowsByDay(days).map((rows) => sketchOf(pick(column, rows), like));
}

function rowsByDay(days: readonly number[]): readonly (readonly number[])[] {
  const groups = Map.groupBy(days.keys(), (row) => days[row]!);
  return [...groups].sort(([a], [b]) => a - b).map(([, rows]) => rows);
}

function emptySketch(column: FeatureColumn): Sketch {
  if (column.kind === 'numbers') return new HistogramSketch(histogramEdges(column.values.filter(isFiniteOrMissing), BINS));
  const frequent = new HeavyHitters(CANDIDATES).add(column.values).top(CATEGORIES);
  return new CategorySketch(frequent.map(({ text }) => text));
}

function sketchOf(column: FeatureColumn, like: Sketch): Sketch {
  if (column.kind === 'numbers' && like instanceof HistogramSketch) return new HistogramSketch(like.edges).add(column.values);
  if (column.kind === 'texts' && like instanceof CategorySketch) return new CategorySketch(like.categories).add(column.values);
  throw new Error(`the sketch of ${column.name} is of another kind than its column`);
}

/** Infinities would stretch the cuts to nowhere; they are counted in the outermost bins. */
function isFiniteOrMissing(value: number): boolean {
  return Number.isFinite(value) || Number.isNaN(value);
}
