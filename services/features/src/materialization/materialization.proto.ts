import type { EventRecord } from '#libs/events';
import { materializations } from '#libs/topics';
import type { Materialization } from './materialization.js';

/** A view's values are online. */
export function materializedToRecord({
  id,
  workspace,
  featureViewId,
  datasetVersionId,
  entries,
  endedAt,
}: Materialization): EventRecord {
  return materializations.record('features.v1.FeatureViewMaterialized', {
    key: featureViewId,
    workspace,
    time: endedAt!,
    value: { featureViewId, materializationId: id, datasetVersionId, entryCount: BigInt(entries) },
  });
}
