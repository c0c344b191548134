import { Problem } from '#libs/problem';
import { type BoostingOptions } from './options.js';

/** A number goes into the trees as it is. */
export interface NumericFeature {
  readonly kind: 'numeric';
  readonly name: string;
}

/** A text goes into the trees as the event rate of its level among the training rows; an unseen text has the prior. */
export interface CategoryFeature {
  readonly kind: 'category';
  readonly name: string;
  readonly prior: number;
  /** The missing value is the level `''`. */
  readonly levels: readonly string[];
  readonly rates: readonly number[];
}
export type Feature = NumericFeature | CategoryFeature;

/**
 * One tree as columns over its nodes; node 0 is the root. A node splits where `left` is not −1: a row goes left where its value is
 * at most the threshold, or where the value is missing and `missingLeft` is 1. A leaf adds `value` to the score.
 */
export interface Tree {
  readonly feature: readonly number[];
  readonly threshold: readonly number[];
  readonly missingLeft: readonly number[];
  readonly left: readonly number[];
  readonly right: readonly number[];
  readonly value: readonly number[];
  readonly gain: readonly number[];
}

/** A trained model; plain JSON. Thresholds, leaf values, rates and the base score are float32 numbers, so that ONNX holds them exactly. */
export interface BoostedModel {
  readonly format: 'millrace-boosting/1';
  readonly options: BoostingOptions;
  readonly features: readonly Feature[];
  /** Log-odds before any tree. */
  readonly baseScore: number;
  readonly trees: readonly Tree[];
}

/** How much one feature took part: its share of the summed gain (0 to 1), and in how many splits. */
export interface FeatureGain {
  readonly feature: string;
  readonly gainShare: number;
  readonly splits: number;
}

/** Gain importance, largest first; ties by name. */
export function featureGains(model: BoostedModel): readonly FeatureGain[] {
  const gains = model.features.map(() => 0);
  const splits = model.features.map(() => 0);
  for (const tree of model.trees) {
    tree.left.forEach((left, node) => {
      if (left === -1) return;
      gains[tree.feature[node]!]! += tree.gain[node]!;
      splits[tree.feature[node]!]! += 1;
    });
  }
  const total = gains.reduce((sum, gain) => sum + gain, 0) || 1;
  return model.features
    .map((feature, i) => ({ feature: feature.name, gainShare: gains[i]! / total, splits: splits[i]! }))
    .sort((a, b) => b.gainShare - a.gainShare || (a.feature < b.feature ? -1 : 1));
}

/**
 * Reads a model that was written by `JSON.stringify`.
 * @throws Problem `invalid boosting/model` where it could not be walked safely
 */
export function parseModel(json: string): BoostedModel {
  let model: BoostedModel;
  try {
    model = JSON.parse(json) as BoostedModel;
  } catch {
    throw broken('it is not JSON');
  }
  if (model?.format !== 'millrace-boosting/1') throw broken('its format is not millrace-boosting/1');
  if (!Number.isFinite(model.baseScore) || !Array.isArray(model.features) || !Array.isArray(model.trees))
    throw broken('a part is missing');
  for (const feature of model.features) {
    if (typeof feature.name !== 'string') throw broken('a feature has no name');
    if (feature.kind === 'category' && feature.levels?.length !== feature.rates?.length)
      throw broken(`'${feature.name}' has a level without a rate`);
  }
  for (const tree of model.trees) checkTree(tree, model.features.length);
  return model;
}

/** Children stand after their parent, so that a walk always ends. */
function checkTree(tree: Tree, features: number): void {
  const size = tree.left?.length ?? 0;
  if (size === 0) throw broken('a tree is empty');
  for (const column of [tree.feature, tree.threshold, tree.missingLeft, tree.right, tree.value, tree.gain]) {
    if (column?.length !== size) throw broken('a tree has columns of different lengths');
  }
  for (let node = 0; node < size; node++) {
    const [left, right, feature] = [tree.left[node]!, tree.right[node]!, tree.feature[node]!];
    const leaf = left === -1 && Number.isFinite(tree.value[node]);
    const split =
      left > node &&
      right > node &&
      left < size &&
      right < size &&
      feature >= 0 &&
      feature < features &&
      Number.isFinite(tree.threshold[node]);
    if (!leaf && !split) throw broken(`node ${node} of a tree is neither a split nor a leaf`);
  }
}

function broken(reason: string): Problem {
  return new Problem('invalid', 'boosting/model', `the text is not a boosted model: ${reason}`);
}
