import { EntitySchema } from 'typeorm';
import type { FeatureView } from './feature-view.js';

export const featureViewMapping = new EntitySchema<FeatureView>({
  name: 'feature_view',
  columns: {
    id: { type: 'text', primary: true },
    workspace: { type: 'text' },
    name: { type: 'text' },
    entityId: { name: 'entity_id', type: 'text' },
    kind: { type: 'text' },
    sourceDatasetId: { name: 'source_dataset_id', type: 'text' },
    keyColumns: { name: 'key_columns', type: 'text', array: true },
    knownTimeColumn: { name: 'known_time_column', type: 'text' },
    eventTimeColumn: { name: 'event_time_column', type: 'text', nullable: true },
    maxAgeMs: { name: 'max_age_ms', type: 'double precision', nullable: true },
    features: { type: 'jsonb' },
    createdAt: { name: 'created_at', type: 'timestamptz', precision: 3 },
  },
});
