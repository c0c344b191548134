import { EntitySchema } from 'typeorm';
import type { Transform } from './transform.js';

export const transformMapping = new EntitySchema<Transform>({
  name: 'transform',
  columns: {
    id: { type: 'text', primary: true },
    workspace: { type: 'text' },
    name: { type: 'text' },
    revision: { type: 'integer' },
    sql: { type: 'text' },
    inputDatasetIds: { name: 'input_dataset_ids', type: 'text', array: true },
    outputDatasetId: { name: 'output_dataset_id', type: 'text' },
    orderBy: { name: 'order_by', type: 'text', array: true },
    createdBy: { name: 'created_by', type: 'text' },
    createdAt: { name: 'created_at', type: 'timestamptz', precision: 3 },
  },
});
