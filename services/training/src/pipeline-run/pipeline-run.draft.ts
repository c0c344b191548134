import { newId } from '#libs/ids';
import type { Pipeline } from '../pipeline/pipeline.js';
import { stepsOf, type PipelineRun } from './pipeline-run.js';
import type { TrainingPlan } from './plan.js';

/** A pipeline run before its first step, with the run that will hold what it makes. */
export function newPipelineRun(pipeline: Pipeline, plan: TrainingPlan, alertId: string | null): PipelineRun {
  return {
    id: newId('pipelineRun'),
    workspace: pipeline.workspace,
    pipelineId: pipeline.id,
    state: 'running',
    plan,
    steps: stepsOf(plan),
    stepProgress: 0,
    runId: newId('run'),
    modelVersionId: null,
    reason: null,
    alertId,
    comparison: null,
    cancelRequested: false,
    revision: 1,
    startedAt: new Date(),
    endedAt: null,
  };
}
