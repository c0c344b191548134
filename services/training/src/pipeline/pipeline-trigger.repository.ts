import type { EntityManager } from 'typeorm';
import type { Pipeline } from './pipeline.js';
import { pipelineMapping } from './pipeline.mapping.js';

/** The pipelines that an alert of the endpoint starts, read in the transaction that handles the alert. */
export function pipelinesTriggeredBy(tx: EntityManager, endpointId: string): Promise<readonly Pipeline[]> {
  return tx
    .createQueryBuilder(pipelineMapping, 'pipeline')
    .where(`pipeline.trigger ->> 'endpointId' = :endpointId`, { endpointId })
    .orderBy('pipeline.id')
    .getMany();
}
