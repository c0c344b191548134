import { EntitySchema } from 'typeorm';
import type { FeatureService } from './feature-service.js';

export const featureServiceMapping = new EntitySchema<FeatureService>({
  name: 'feature_service',
  columns: {
    id: { type: 'text', primary: true },
    workspace: { type: 'text' },
    name: { type: 'text' },
    description: { type: 'text' },
    requestColumns: { name: 'request_columns', type: 'jsonb' },
    rowKey: { name: 'row_key', type: 'text' },
    features: { type: 'jsonb' },
    createdAt: { name: 'created_at', type: 'timestamptz', precision: 3 },
  },
});
