import { EntitySchema } from 'typeorm';
import type { DatasetVersion } from './dataset-version.js';

export const datasetVersionMapping = new EntitySchema<DatasetVersion>({
  name: 'dataset_version',
  columns: {
    id: { type: 'text', primary: true },
    workspace: { type: 'text' },
    datasetId: { name: 'dataset_id', type: 'text' },
    number: { type: 'integer' },
    object: { type: 'jsonb' },
    columns: { type: 'jsonb' },
    collectedRows: { name: 'collected_rows', type: 'integer' },
    acceptedRows: { name: 'accepted_rows', type: 'integer' },
    flaggedRows: { name: 'flagged_rows', type: 'integer' },
    quarantinedRows: { name: 'quarantined_rows', type: 'integer' },
    flags: { type: 'jsonb', nullable: true },
    quarantine: { type: 'jsonb', nullable: true },
    validation: { type: 'jsonb', nullable: true },
    transformId: { name: 'transform_id', type: 'text', nullable: true },
    jobId: { name: 'job_id', type: 'text' },
    createdAt: { name: 'created_at', type: 'timestamptz', precision: 3 },
  },
});

/** One version that another was made from. */
export interface VersionInput {
  readonly workspace: string;
  readonly datasetVersionId: string;
  readonly place: number;
  readonly inputVersionId: string;
}

export const versionInputMapping = new EntitySchema<VersionInput>({
  name: 'dataset_version_input',
  columns: {
    workspace: { type: 'text', primary: true },
    datasetVersionId: { name: 'dataset_version_id', type: 'text', primary: true },
    place: { type: 'integer', primary: true },
    inputVersionId: { name: 'input_version_id', type: 'text' },
  },
});
