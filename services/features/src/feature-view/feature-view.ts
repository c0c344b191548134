/** What a feature's value is. */
export type FeatureType = 'number' | 'text';

export const WINDOW_AGGREGATES = ['count', 'mean', 'sum'] as const;
export type WindowAggregate = (typeof WINDOW_AGGREGATES)[number];

interface Described {
  readonly name: string;
  readonly type: FeatureType;
  /** In business words. */
  readonly description: string;
}

/** A value of the newest known row: one of its columns, or the row's age in hours. */
export interface LatestFeature extends Described {
  readonly yields: 'column' | 'age';
  /** Null for the age. */
  readonly column: string | null;
}

/** One aggregate over one trailing window. */
export interface WindowFeature extends Described {
  readonly type: 'number';
  readonly aggregate: WindowAggregate;
  /** Null for a count of rows. */
  readonly column: string | null;
  readonly windowMs: number;
  /** A mean or sum is missing where the window holds fewer values. A count never is. */
  readonly minRows: number;
}

interface ViewOfDataset {
  readonly id: string;
  readonly workspace: string;
  readonly name: string;
  readonly entityId: string;
  readonly sourceDatasetId: string;
  /** Columns of the source that hold the entity's keys, in the entity's order. */
  readonly keyColumns: readonly string[];
  /** When the row became known; a row is never seen before it. */
  readonly knownTimeColumn: string;
  readonly createdAt: Date;
}

/** Yields columns of the newest row known at the moment. */
export interface LatestView extends ViewOfDataset {
  readonly kind: 'latest';
  /** When the row was true. */
  readonly eventTimeColumn: string;
  /** Older rows do not count; null for no limit. */
  readonly maxAgeMs: number | null;
  readonly features: readonly LatestFeature[];
}

/** Counts and averages over the rows that became known in (moment - length, moment]. */
export interface WindowView extends ViewOfDataset {
  readonly kind: 'window';
  readonly eventTimeColumn: null;
  readonly maxAgeMs: null;
  readonly features: readonly WindowFeature[];
}

export type FeatureView = LatestView | WindowView;
export type FeatureDefinition = LatestFeature | WindowFeature;

export const HOUR_MS = 3_600_000;

/** The source columns whose values a latest view keeps, each once, in order of first use. */
export function keptColumns(view: LatestView): readonly { readonly column: string; readonly type: FeatureType }[] {
  const kept = new Map<string, FeatureType>();
  for (const { column, type } of view.features) if (column !== null) kept.set(column, type);
  return [...kept].map(([column, type]) => ({ column, type }));
}

/** The source columns that a window view sums, each once, in order of first use. */
export function measuredColumns(view: WindowView): readonly string[] {
  return [...new Set(view.features.flatMap(({ column }) => (column === null ? [] : [column])))];
}

/** How far before the moment a view must be read: the moment itself, then the start of each window. */
export function readingOffsetsMs(view: FeatureView): readonly number[] {
  return view.kind === 'latest' ? [0] : [0, ...new Set(view.features.map(({ windowMs }) => windowMs))];
}
