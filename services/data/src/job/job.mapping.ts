import { EntitySchema } from 'typeorm';
import type { Job } from './job.js';

/** A job and who does it. */
export interface LeasedJob extends Job {
  readonly leaseOwner: string | null;
  readonly leaseUntil: Date | null;
}

export const jobMapping = new EntitySchema<LeasedJob>({
  name: 'job',
  columns: {
    id: { type: 'text', primary: true },
    workspace: { type: 'text' },
    kind: { type: 'text' },
    input: { type: 'jsonb' },
    requestedBy: { name: 'requested_by', type: 'jsonb' },
    state: { type: 'text' },
    progress: { type: 'double precision' },
    step: { type: 'text' },
    problem: { type: 'text', nullable: true },
    detail: { type: 'text', nullable: true },
    datasetVersionId: { name: 'dataset_version_id', type: 'text', nullable: true },
    cancelRequested: { name: 'cancel_requested', type: 'boolean' },
    attempts: { type: 'integer' },
    leaseOwner: { name: 'lease_owner', type: 'text', nullable: true, select: false },
    leaseUntil: { name: 'lease_until', type: 'timestamptz', precision: 3, nullable: true, select: false },
    createdAt: { name: 'created_at', type: 'timestamptz', precision: 3 },
    endedAt: { name: 'ended_at', type: 'timestamptz', precision: 3, nullable: true },
  },
});
