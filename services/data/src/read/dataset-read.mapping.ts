import { EntitySchema } from 'typeorm';
import type { DatasetRead } from './dataset-read.js';

export const datasetReadMapping = new EntitySchema<DatasetRead>({
  name: 'dataset_read',
  columns: {
    id: { type: 'text', primary: true },
    workspace: { type: 'text' },
    datasetId: { name: 'dataset_id', type: 'text' },
    datasetVersionId: { name: 'dataset_version_id', type: 'text' },
    reader: { type: 'text' },
    readAs: { name: 'read_as', type: 'text' },
    purpose: { type: 'text' },
    confidential: { type: 'boolean' },
    readAt: { name: 'read_at', type: 'timestamptz', precision: 3 },
  },
});
