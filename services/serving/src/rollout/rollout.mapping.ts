import { EntitySchema } from 'typeorm';
import type { Rollout } from './rollout.js';

export const rolloutMapping = new EntitySchema<Rollout>({
  name: 'rollout',
  columns: {
    id: { type: 'text', primary: true },
    workspace: { type: 'text' },
    endpointId: { name: 'endpoint_id', type: 'text' },
    number: { type: 'integer' },
    versionId: { name: 'version_id', type: 'text' },
    steps: { type: 'integer', array: true },
    percent: { type: 'integer' },
    state: { type: 'text' },
    reason: { type: 'text', nullable: true },
    createdAt: { name: 'created_at', type: 'timestamptz', precision: 3 },
  },
});
