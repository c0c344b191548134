import * as pb from '#contracts/training/v1/training';
import type { Artifact, MetricPoint, Run, RunState } from './run.js';

const STATE_TO_PROTO: Readonly<Record<RunState, pb.RunState>> = {
  running: pb.RunState.RUN_STATE_RUNNING,
  finished: pb.RunState.RUN_STATE_FINISHED,
  failed: pb.RunState.RUN_STATE_FAILED,
  cancelled: pb.RunState.RUN_STATE_CANCELLED,
};

/** The run as other services see it. */
export function runToProto(run: Run, metrics: readonly MetricPoint[], artifacts: readonly Artifact[]): pb.Run {
  return {
    id: run.id,
    experimentId: run.experimentId,
    state: STATE_TO_PROTO[run.state],
    trainingSetIds: [...run.trainingSetIds],
    parameters: { ...run.parameters },
    metrics: Object.fromEntries(metrics.map(({ name, value }) => [name, value])),
    artifacts: Object.fromEntries(
      artifacts.map(({ name, hash, sizeBytes, mediaType }) => [name, { hash, sizeBytes: BigInt(sizeBytes), mediaType }]),
    ),
    startedAt: run.startedAt,
    endedAt: run.endedAt ?? undefined,
  };
}
