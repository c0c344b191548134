import { EntitySchema } from 'typeorm';
import type { Model } from './model.js';

export const modelMapping = new EntitySchema<Model>({
  name: 'model',
  columns: {
    id: { type: 'text', primary: true },
    workspace: { type: 'text' },
    name: { type: 'text' },
    description: { type: 'text' },
    useCaseId: { name: 'use_case_id', type: 'text' },
    createdAt: { name: 'created_at', type: 'timestamptz', precision: 3 },
  },
});
