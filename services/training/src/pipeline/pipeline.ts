import { Problem } from '#libs/problem';

/** Settings of the built-in gradient boosting. */
export interface Trainer {
  readonly trees: number;
  readonly leaves: number;
  readonly learningRate: number;
  readonly minRowsPerLeaf: number;
  /** Trees without a better loss on the calibration rows before training stops; null for never. */
  readonly earlyStoppingRounds: number | null;
  readonly seed: number;
}

/** An alert that starts the pipeline, and how far back it looks from the alert's event time. */
export interface RetrainingTrigger {
  readonly endpointId: string;
  readonly trainFrom: Date;
  readonly calibrationDays: number;
  readonly comparisonDays: number;
  readonly baselineVersionIds: readonly string[];
}

/** From a dataset and a feature service to a registered version of a model. */
export interface Pipeline {
  readonly id: string;
  readonly workspace: string;
  readonly name: string;
  readonly modelId: string;
  readonly featureService: string;
  readonly dataset: string;
  readonly momentColumn: string;
  readonly labelColumn: string;
  readonly labelKnownColumn: string;
  readonly trainer: Trainer;
  readonly trigger: RetrainingTrigger | null;
  readonly createdAt: Date;
}

export const MAX_BASELINES = 10;
const NAME = /^[a-z][a-z0-9-]{0,62}$/;
const MAX_DAYS = 3_660;

/** @throws Problem invalid where the pipeline could not run */
export function checkPipeline(pipeline: Pick<Pipeline, 'name' | 'trainer'>): void {
  if (!NAME.test(pipeline.name)) {
    throw new Problem(
      'invalid',
      'training/pipeline-name',
      'a pipeline name is lower case, digits and dashes, at most 63 characters',
    );
  }
  const { trees, leaves, learningRate, minRowsPerLeaf, earlyStoppingRounds, seed } = pipeline.trainer;
  check('trees', trees, 1, 5_000);
  check('leaves', leaves, 2, 1_024);
  check('learningRate', learningRate, 1e-6, 1);
  check('minRowsPerLeaf', minRowsPerLeaf, 1, 1e9);
  check('earlyStoppingRounds', earlyStoppingRounds ?? 1, 1, 5_000);
  check('seed', seed, 0, 2 ** 31 - 1);
}

/** @throws Problem invalid where the trigger leaves no rows to train or compare on */
export function checkTrigger({ calibrationDays, comparisonDays, baselineVersionIds }: RetrainingTrigger): void {
  check('calibrationDays', calibrationDays, 2, MAX_DAYS);
  check('comparisonDays', comparisonDays, 2, MAX_DAYS); // a block bootstrap needs two days
  checkBaselines(baselineVersionIds);
}

export function checkBaselines(versionIds: readonly string[]): void {
  if (versionIds.length > MAX_BASELINES || new Set(versionIds).size !== versionIds.length) {
    throw new Problem('invalid', 'training/baselines', `baselines are at most ${MAX_BASELINES} different versions`);
  }
}

function check(name: string, value: number, low: number, high: number): void {
  if (value >= low && value <= high) return;
  throw new Problem('invalid', 'training/setting', `${name} is ${value}; it must lie between ${low} and ${high}`, {
    setting: name,
  });
}
