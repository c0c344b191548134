import { Injectable } from '@nestjs/common';
import { onEvent, type EventHandler } from '#libs/events';
import { newId } from '#libs/ids';
import { datasetVersions } from '#libs/topics';
import { newMaterialization } from './materialization.js';
import { MaterializationRepository } from './materialization.repository.js';
import { MaterializationWakeUp } from './materialization.wake-up.js';

/** A view that somebody brought online follows its source: each new version is brought online too. */
@Injectable()
export class DatasetVersionPublishedConsumer {
  constructor(
    private readonly materializations: MaterializationRepository,
    private readonly wakeUp: MaterializationWakeUp,
  ) {}

  handlers(): readonly EventHandler[] {
    return [
      onEvent(datasetVersions, 'data.v1.DatasetVersionPublished', async (tx, { workspace, value }) => {
        const viewer = { id: 'service:features', roles: [], workspace, service: 'features' as const };
        for (const featureViewId of await this.materializations.onlineViewsOf(tx, value.datasetId)) {
          const asked = {
            id: newId('materialization'),
            workspace,
            featureViewId,
            datasetVersionId: value.datasetVersionId,
            requestedBy: viewer.id,
          };
          await this.materializations.requestIn(tx, newMaterialization(asked, new Date()), viewer);
        }
        this.wakeUp.notify();
      }),
    ];
  }
}
