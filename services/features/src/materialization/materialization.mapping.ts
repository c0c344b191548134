import { EntitySchema } from 'typeorm';
import type { Materialization } from './materialization.js';

export const materializationMapping = new EntitySchema<Materialization>({
  name: 'materialization',
  columns: {
    id: { type: 'text', primary: true },
    workspace: { type: 'text' },
    featureViewId: { name: 'feature_view_id', type: 'text' },
    datasetVersionId: { name: 'dataset_version_id', type: 'text' },
    state: { type: 'text' },
    progress: { type: 'double precision' },
    entries: { type: 'integer' },
    skippedRows: { name: 'skipped_rows', type: 'integer' },
    fractionBits: { name: 'fraction_bits', type: 'jsonb' },
    detail: { type: 'text', nullable: true },
    requestedBy: { name: 'requested_by', type: 'text' },
    requestedAt: { name: 'requested_at', type: 'timestamptz', precision: 3 },
    endedAt: { name: 'ended_at', type: 'timestamptz', precision: 3, nullable: true },
  },
});
