import { EntitySchema } from 'typeorm';
import type { Dataset } from './dataset.js';

export const datasetMapping = new EntitySchema<Dataset>({
  name: 'dataset',
  columns: {
    id: { type: 'text', primary: true },
    workspace: { type: 'text' },
    name: { type: 'text' },
    description: { type: 'text' },
    owner: { type: 'text' },
    ownerId: { name: 'owner_id', type: 'text' },
    classifications: { type: 'jsonb' },
    createdAt: { name: 'created_at', type: 'timestamptz', precision: 3 },
  },
});
