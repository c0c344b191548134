import { EntitySchema } from 'typeorm';
import type { Entity } from './entity.js';

export const entityMapping = new EntitySchema<Entity>({
  name: 'entity',
  columns: {
    id: { type: 'text', primary: true },
    workspace: { type: 'text' },
    name: { type: 'text' },
    description: { type: 'text' },
    keys: { type: 'text', array: true },
    createdAt: { name: 'created_at', type: 'timestamptz', precision: 3 },
  },
});
