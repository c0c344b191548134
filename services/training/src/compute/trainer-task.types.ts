import type { LabelledRows, TreeProgress } from '#libs/boosting';
import type { Calibration } from '#libs/calibration';
import type { Payoffs } from '#libs/value';
import type { ComparisonRows, VersionComparison } from '../evaluation/comparison.js';
import type { DayShocks, Evaluation, PricingTerms } from '../evaluation/evaluation.js';
import type { Period } from '../pipeline-run/plan.js';
import type { Trainer } from '../pipeline/pipeline.js';

/** Rows with their moments, in milliseconds since 1970, and labels. */
export interface TrainingRows extends LabelledRows {
  readonly moments: Float64Array;
}

/** A version's forecasts of the rows at hand, and where it acts. */
export interface Forecast {
  readonly versionId: string;
  readonly threshold: number;
  readonly probabilities: Float64Array;
}

/** What is computed off the service's thread, by name: what goes in and what comes out. */
export interface TrainerTasks {
  /** Grows the trees. */
  train: {
    input: {
      readonly training: TrainingRows;
      readonly validation: TrainingRows;
      readonly trainer: Trainer;
      readonly threads: number | undefined;
    };
    output: { readonly model: string; readonly trees: number };
  };
  /** Fits the calibration and sets the threshold by expected value. */
  calibrate: {
    input: { readonly model: string; readonly rows: TrainingRows; readonly payoffs: Payoffs };
    output: {
      readonly calibration: Calibration;
      readonly threshold: number;
      readonly empiricalThreshold: number;
      readonly logLoss: number;
    };
  };
  /** Scores rows with the trained model. */
  forecast: {
    input: { readonly model: string; readonly calibration: Calibration; readonly rows: TrainingRows };
    output: { readonly scores: Float32Array; readonly probabilities: Float64Array };
  };
  /** Writes the ONNX file. */
  export: {
    input: {
      readonly name: string;
      readonly model: string;
      readonly calibration: Calibration;
      readonly threshold: number;
      readonly metadata: Readonly<Record<string, string>>;
    };
    output: Uint8Array;
  };
  /** Measures and prices forecasts. */
  price: {
    input: {
      readonly rows: ComparisonRows;
      readonly probabilities: Float64Array;
      readonly terms: PricingTerms;
      readonly calibration: ComparisonRows & { readonly probabilities: Float64Array };
    };
    output: { readonly evaluation: Evaluation; readonly shocks: DayShocks };
  };
  /** Old against new on the same rows. */
  compare: {
    input: {
      readonly rows: ComparisonRows;
      readonly challenger: Forecast;
      readonly incumbent: Forecast;
      readonly payoffs: Payoffs;
      readonly period: Period;
      readonly seed: number;
    };
    output: VersionComparison;
  };
}
export type TrainerTask = keyof TrainerTasks;

/** A task as it travels to its thread. */
export type TaskRequest = {
  readonly [Task in TrainerTask]: { readonly task: Task; readonly input: TrainerTasks[Task]['input'] };
}[TrainerTask];

/** What a thread tells. A Problem travels as its parts: classes do not cross threads. */
export type TaskMessage =
  | { readonly kind: 'tree'; readonly progress: TreeProgress }
  | { readonly kind: 'done'; readonly output: unknown }
  | {
      readonly kind: 'refused';
      readonly problem: { readonly kind: string; readonly slug: string; readonly detail: string; readonly facts: object };
    };
