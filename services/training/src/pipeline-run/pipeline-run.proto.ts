import { PipelineOutcome, type PipelineRunEnded } from '#contracts/training/v1/events';
import type { EventRecord } from '#libs/events';
import { pipelineRuns } from '#libs/topics';
import type { Outcome, PipelineRun } from './pipeline-run.js';

const OUTCOME_TO_PROTO: Readonly<Record<Outcome, PipelineOutcome>> = {
  registered: PipelineOutcome.PIPELINE_OUTCOME_REGISTERED,
  refused: PipelineOutcome.PIPELINE_OUTCOME_REFUSED,
  failed: PipelineOutcome.PIPELINE_OUTCOME_FAILED,
  cancelled: PipelineOutcome.PIPELINE_OUTCOME_CANCELLED,
};

/** The event of a pipeline run that has ended. */
export function endedToRecord(run: PipelineRun & { readonly state: Outcome; readonly endedAt: Date }): EventRecord {
  const value: PipelineRunEnded = {
    pipelineRunId: run.id,
    pipelineId: run.pipelineId,
    runId: run.runId,
    modelVersionId: run.modelVersionId ?? '',
    outcome: OUTCOME_TO_PROTO[run.state],
    reason: run.reason ?? '',
    alertId: run.alertId ?? '',
  };
  return pipelineRuns.record('training.v1.PipelineRunEnded', { key: run.id, workspace: run.workspace, time: run.endedAt, value });
}
