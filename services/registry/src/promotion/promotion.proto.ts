import type { ModelVersionApproved } from '#contracts/registry/v1/events';
import type { EventRecord } from '#libs/events';
import { modelVersions } from '#libs/topics';
import type { Promotion } from './promotion.js';

export function approvedToRecord({
  id,
  workspace,
  modelVersionId,
  requestedBy,
  decidedBy,
  decidedAt,
  contentHash,
}: Promotion): EventRecord {
  const value: ModelVersionApproved = { modelVersionId, promotionId: id, requestedBy, approvedBy: decidedBy!, contentHash };
  return modelVersions.record('registry.v1.ModelVersionApproved', { key: modelVersionId, workspace, time: decidedAt!, value });
}
