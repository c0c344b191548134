import { RolloutState as RolloutStateProto, type RolloutAdvanced } from '#contracts/serving/v1/events';
import type { EventRecord } from '#libs/events';
import { endpoints } from '#libs/topics';
import type { Rollout, RolloutState } from './rollout.js';

const STATES: Readonly<Record<RolloutState, RolloutStateProto>> = {
  running: RolloutStateProto.ROLLOUT_STATE_RUNNING,
  completed: RolloutStateProto.ROLLOUT_STATE_COMPLETED,
  rolled_back: RolloutStateProto.ROLLOUT_STATE_ROLLED_BACK,
};

export function advancedToRecord(
  { id, endpointId, versionId, percent, state, reason, workspace }: Rollout,
  time: Date,
): EventRecord {
  const value: RolloutAdvanced = {
    endpointId,
    rolloutId: id,
    modelVersionId: versionId,
    percent,
    state: STATES[state],
    reason: reason ?? '',
  };
  return endpoints.record('serving.v1.RolloutAdvanced', { key: endpointId, workspace, time, value });
}
