import { EntitySchema } from 'typeorm';
import type { TrainingSet } from './training-set.js';

/** PostgreSQL hands out bigint as text; sizes stay far below 2^53. */
const wholeNumber = { to: (value: number) => value, from: (value: string | number) => Number(value) };

export const trainingSetMapping = new EntitySchema<TrainingSet>({
  name: 'training_set',
  columns: {
    id: { type: 'text', primary: true },
    workspace: { type: 'text' },
    definitionDigest: { name: 'definition_digest', type: 'text' },
    featureServiceId: { name: 'feature_service_id', type: 'text' },
    datasetVersionId: { name: 'dataset_version_id', type: 'text' },
    momentColumn: { name: 'moment_column', type: 'text' },
    labelColumn: { name: 'label_column', type: 'text' },
    labelKnownColumn: { name: 'label_known_column', type: 'text' },
    from: { type: 'timestamptz', precision: 3 },
    to: { type: 'timestamptz', precision: 3 },
    knownUntil: { name: 'known_until', type: 'timestamptz', precision: 3 },
    datasetVersionIds: { name: 'dataset_version_ids', type: 'text', array: true },
    objectHash: { name: 'object_hash', type: 'text' },
    objectSizeBytes: { name: 'object_size_bytes', type: 'bigint', transformer: wholeNumber },
    evidenceHash: { name: 'evidence_hash', type: 'text' },
    rows: { type: 'integer' },
    labelledRows: { name: 'labelled_rows', type: 'integer' },
    leakReport: { name: 'leak_report', type: 'jsonb' },
    statistics: { type: 'jsonb' },
    createdAt: { name: 'created_at', type: 'timestamptz', precision: 3 },
  },
});
