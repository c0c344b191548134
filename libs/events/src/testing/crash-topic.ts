import { MetricContractSigned } from '#contracts/governance/v1/events';
import { declareTopic } from '../topic.js';

/** What the test hands to a consumer that runs in a process of its own, so that it can be killed. */
export interface ConsumerProcessOrder {
  readonly eventsUrl: string;
  readonly databaseUrl: string;
  readonly topic: string;
  readonly group: string;
}

export const CRASH_TYPE = 'governance.v1.MetricContractSigned';

export function crashTopic(name: string) {
  return declareTopic({ name, partitions: 2, retentionDays: 1, types: { [CRASH_TYPE]: MetricContractSigned } });
}
