import { EntitySchema } from 'typeorm';
import type { DataContract } from './contract.js';

export const contractMapping = new EntitySchema<DataContract>({
  name: 'data_contract',
  columns: {
    id: { type: 'text', primary: true },
    workspace: { type: 'text' },
    datasetId: { name: 'dataset_id', type: 'text' },
    revision: { type: 'integer' },
    rules: { type: 'jsonb' },
    createdBy: { name: 'created_by', type: 'text' },
    createdAt: { name: 'created_at', type: 'timestamptz', precision: 3 },
  },
});
