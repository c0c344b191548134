import type { ObjectReference } from '../run/run.js';

/** A feature as the trees take it: a number, or a text whose levels become rates. */
export interface FeatureColumn {
  readonly name: string;
  readonly kind: 'numeric' | 'category';
}

/** Rows with features as they were known then, built by the features service. */
export interface TrainingSet {
  readonly id: string;
  readonly featureServiceId: string;
  readonly object: ObjectReference;
  readonly rows: number;
  readonly labelledRows: number;
  readonly features: readonly FeatureColumn[];
}
