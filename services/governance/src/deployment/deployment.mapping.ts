import { EntitySchema } from 'typeorm';
import type { Deployment } from './deployment.js';

export const deploymentMapping = new EntitySchema<Deployment>({
  name: 'deployment',
  columns: {
    endpointId: { name: 'endpoint_id', type: 'text', primary: true },
    workspace: { type: 'text' },
    useCaseId: { name: 'use_case_id', type: 'text' },
    name: { type: 'text' },
    createdAt: { name: 'created_at', type: 'timestamptz', precision: 3 },
  },
});
