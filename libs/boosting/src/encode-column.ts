import { Problem } from '#libs/problem';
import { type Feature } from './model.js';
import { type Column } from './rows.js';
import { applyTargetRates } from './target-rate.js';

/** Writes a column to `target` from `offset` on, as the numbers the trees split on. */
export function encodeColumn(feature: Feature, column: Column, target: Float32Array, offset: number): void {
  if (feature.kind === 'numeric' && column.kind === 'numeric') target.set(column.values, offset);
  else if (feature.kind === 'category' && column.kind === 'category') applyTargetRates(feature, column, target, offset);
  else
    throw new Problem(
      'invalid',
      'boosting/column',
      `the column '${column.name}' is ${column.kind}, the feature is ${feature.kind}`,
      { column: column.name },
    );
}
