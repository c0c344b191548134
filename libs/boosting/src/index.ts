export {
  categoryColumn,
  numericColumn,
  type CategoryColumn,
  type Column,
  type LabelledRows,
  type NumericColumn,
  type Rows,
} from './rows.js';
export { boostingOptions, DEFAULT_OPTIONS, type BoostingOptions } from './options.js';
export {
  featureGains,
  parseModel,
  type BoostedModel,
  type CategoryFeature,
  type Feature,
  type FeatureGain,
  type NumericFeature,
  type Tree,
} from './model.js';
export { trainBoosting, type TrainingOutcome, type TrainingTask } from './train.js';
export { type TreeProgress } from './boost.js';
export { scoreRows } from './score.js';
