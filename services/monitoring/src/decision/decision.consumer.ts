import { Injectable } from '@nestjs/common';
import { onEvent, onEvents, type EventHandler } from '#libs/events';
import { decisions } from '#libs/topics';
import { batchFromEvent } from './decision.proto.js';
import { DecisionRepository } from './decision.repository.js';

/** Takes in what serving decided, and what people decided otherwise. */
@Injectable()
export class DecisionConsumer {
  constructor(private readonly kept: DecisionRepository) {}

  handlers(): readonly EventHandler[] {
    return [
      onEvents(decisions, 'serving.v1.DecisionsMade', async (tx, events) => {
        await this.kept.keep(tx, events[0]!.workspace, events.map(batchFromEvent));
      }),
      onEvent(decisions, 'serving.v1.DecisionOverridden', async (tx, { workspace, value }) => {
        const { decisionId, endpointId, act, overriddenBy } = value;
        await this.kept.override(tx, workspace, { decisionId, endpointId, act, by: overriddenBy });
      }),
    ];
  }
}
