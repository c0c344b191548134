import type { Pipeline } from '../pipeline/pipeline.js';
import type { PipelineRun } from '../pipeline-run/pipeline-run.js';

/** What every step of a pipeline run is given. */
export interface StepContext {
  readonly run: PipelineRun;
  readonly pipeline: Pipeline;
  readonly signal: AbortSignal;
  /** Tells how much of the step is done, 0 to 1. */
  readonly report: (share: number) => void;
}

/** The seed by which labels are shuffled where the plan asks for it. */
export function permutationOf({ run, pipeline }: StepContext): number | undefined {
  return run.plan.permuteLabels ? pipeline.trainer.seed : undefined;
}
