import { JobKind as ProtoKind, JobState as ProtoState } from '#contracts/data/v1/events';
import type { EventRecord } from '#libs/events';
import { dataJobs } from '#libs/topics';
import type { Job, JobKind, JobState } from './job.js';

const KIND_TO_PROTO: Readonly<Record<JobKind, ProtoKind>> = {
  collect: ProtoKind.JOB_KIND_COLLECT,
  transform: ProtoKind.JOB_KIND_TRANSFORM,
  profile: ProtoKind.JOB_KIND_PROFILE,
};
const STATE_TO_PROTO: Readonly<Record<Exclude<JobState, 'running'>, ProtoState>> = {
  finished: ProtoState.JOB_STATE_FINISHED,
  failed: ProtoState.JOB_STATE_FAILED,
  cancelled: ProtoState.JOB_STATE_CANCELLED,
};

export function endedToRecord(job: Job & { readonly state: Exclude<JobState, 'running'>; readonly endedAt: Date }): EventRecord {
  const { id, kind, state, problem, datasetVersionId, workspace, endedAt } = job;
  const value = {
    jobId: id,
    kind: KIND_TO_PROTO[kind],
    state: STATE_TO_PROTO[state],
    datasetVersionId: datasetVersionId ?? '',
    problem: problem ?? '',
  };
  return dataJobs.record('data.v1.JobEnded', { key: id, workspace, time: endedAt, value });
}
