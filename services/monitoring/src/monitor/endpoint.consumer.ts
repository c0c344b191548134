import { Injectable } from '@nestjs/common';
import { RolloutState } from '#contracts/serving/v1/events';
import { onEvent, type EventHandler } from '#libs/events';
import { endpoints, metricContracts } from '#libs/topics';
import { MonitorRepository } from './monitor.repository.js';

/** Begins to watch each endpoint, follows which version answers, and notices when what decisions are worth was signed anew. */
@Injectable()
export class EndpointConsumer {
  constructor(private readonly monitors: MonitorRepository) {}

  handlers(): readonly EventHandler[] {
    return [
      onEvent(endpoints, 'serving.v1.EndpointCreated', async (tx, { workspace, value }) => {
        const { endpointId, useCaseId, championVersionId } = value;
        await this.monitors.watch(tx, workspace, { endpointId, useCaseId, firstVersionId: championVersionId });
      }),
      onEvent(endpoints, 'serving.v1.RolloutAdvanced', async (tx, { value }) => {
        if (value.state === RolloutState.ROLLOUT_STATE_COMPLETED) {
          await this.monitors.setChampion(tx, value.endpointId, value.modelVersionId);
        }
      }),
      onEvent(metricContracts, 'governance.v1.MetricContractSigned', async (tx, { value }) => {
        await this.monitors.dropContract(tx, value.useCaseId);
      }),
    ];
  }
}
