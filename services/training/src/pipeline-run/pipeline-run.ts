import { Problem } from '#libs/problem';
import { type VersionComparison } from '../evaluation/comparison.js';
import { type TrainingPlan } from './plan.js';

export const PIPELINE_RUN_STATES = ['running', 'registered', 'refused', 'failed', 'cancelled'] as const;
export type PipelineRunState = (typeof PIPELINE_RUN_STATES)[number];
export type Outcome = Exclude<PipelineRunState, 'running'>;

export const STEP_NAMES = ['training-set', 'train', 'calibrate', 'export', 'parity', 'price', 'compare', 'register'] as const;
export type StepName = (typeof STEP_NAMES)[number];
export type StepState = 'waiting' | 'running' | 'finished' | 'failed';

/** One step as people see it. */
export interface Step {
  readonly name: StepName;
  readonly state: StepState;
  readonly startedAt: Date | null;
  readonly endedAt: Date | null;
}

/** One execution of a pipeline. */
export interface PipelineRun {
  readonly id: string;
  readonly workspace: string;
  readonly pipelineId: string;
  readonly state: PipelineRunState;
  readonly plan: TrainingPlan;
  readonly steps: readonly Step[];
  /** Share of the running step that is done, 0 to 1. */
  readonly stepProgress: number;
  readonly runId: string;
  readonly modelVersionId: string | null;
  /** Why it was refused or failed. */
  readonly reason: string | null;
  readonly alertId: string | null;
  readonly comparison: VersionComparison | null;
  readonly cancelRequested: boolean;
  /** Grows with each change. */
  readonly revision: number;
  readonly startedAt: Date;
  readonly endedAt: Date | null;
}

/** The steps of a plan: only a retraining compares with the version in operation. */
export function stepsOf(plan: TrainingPlan): readonly Step[] {
  return STEP_NAMES.filter((name) => name !== 'compare' || plan.incumbentVersionId !== null).map((name) => ({
    name,
    state: 'waiting',
    startedAt: null,
    endedAt: null,
  }));
}

/** Begins a step, or begins it again after a crash. */
export function startStep(run: PipelineRun, name: StepName, now: Date): PipelineRun {
  return { ...withStep(run, name, { state: 'running', startedAt: now, endedAt: null }), stepProgress: 0 };
}

export function finishStep(run: PipelineRun, name: StepName, now: Date): PipelineRun {
  return { ...withStep(run, name, { state: 'finished', endedAt: now }), stepProgress: 0 };
}

/** How a pipeline run ends; what it has to show depends on the outcome. */
export interface Ending {
  readonly outcome: Outcome;
  readonly reason: string | null;
  readonly modelVersionId: string | null;
}

/** Ends a run; a run that ended stays as it ended. */
export function endPipelineRun(run: PipelineRun, { outcome, reason, modelVersionId }: Ending, now: Date): PipelineRun {
  if (run.state !== 'running') return run;
  const steps = run.steps.map((step): Step => (step.state === 'running' ? { ...step, state: 'failed', endedAt: now } : step));
  return { ...run, state: outcome, reason, modelVersionId, steps, stepProgress: 0, endedAt: now };
}

/** Asks a running pipeline to stop at once. */
export function requestCancel(run: PipelineRun): PipelineRun {
  if (run.state === 'running') return { ...run, cancelRequested: true };
  if (run.state === 'cancelled') return run;
  throw new Problem('conflict', 'training/pipeline-run-ended', `the pipeline run is ${run.state} already`, {
    id: run.id,
    state: run.state,
  });
}

/** Share of the whole that is done, 0 to 1. */
export function progressOf({ state, steps, stepProgress }: PipelineRun): number {
  if (state === 'registered' || state === 'refused') return 1;
  const finished = steps.filter((step) => step.state === 'finished').length;
  return (finished + stepProgress) / steps.length;
}

/** The step under way, or the last that was. */
export function currentStep({ steps }: PipelineRun): StepName {
  const begun = steps.filter((step) => step.state !== 'waiting');
  return (begun.find((step) => step.state === 'running') ?? begun.at(-1) ?? steps[0]!).name;
}

function withStep(run: PipelineRun, name: StepName, change: Partial<Step>): PipelineRun {
  return { ...run, steps: run.steps.map((step) => (step.name === name ? { ...step, ...change } : step)) };
}
