import { EntitySchema } from 'typeorm';
import type { Promotion } from './promotion.js';

export const promotionMapping = new EntitySchema<Promotion>({
  name: 'promotion',
  columns: {
    id: { type: 'text', primary: true },
    workspace: { type: 'text' },
    modelVersionId: { name: 'model_version_id', type: 'text' },
    state: { type: 'text' },
    requestedBy: { name: 'requested_by', type: 'text' },
    requestedAt: { name: 'requested_at', type: 'timestamptz', precision: 3 },
    decidedBy: { name: 'decided_by', type: 'text', nullable: true },
    decidedAt: { name: 'decided_at', type: 'timestamptz', precision: 3, nullable: true },
    reason: { type: 'text', nullable: true },
    contentHash: { name: 'content_hash', type: 'text' },
  },
});
