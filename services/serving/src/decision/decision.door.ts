import { Injectable } from '@nestjs/common';
import { EndpointDirectory } from '../endpoint/endpoint.directory.js';
import { newestRoute, type EndpointState } from '../endpoint/endpoint-state.js';
import type { EndpointDoor, EndpointModel } from '../inference/endpoint.door.js';
import { ModelHost } from '../inference/model.host.js';
import { ENDPOINT_OUTPUTS, endpointInputs, rowsFromTensors, tensorsFromDecisions } from './decision-rows.proto.js';
import { DecisionService } from './decision.service.js';

/** Endpoints, as the inference door meets them. */
@Injectable()
export class DecisionDoor implements EndpointDoor {
  constructor(
    private readonly directory: EndpointDirectory,
    private readonly decisions: DecisionService,
    private readonly models: ModelHost,
  ) {}

  get isReady(): boolean {
    return this.directory.isWarm;
  }

  async find(workspace: string, name: string): Promise<EndpointModel | undefined> {
    const state = await this.directory.find(workspace, name);
    return state && this.modelOf(state);
  }

  private modelOf(state: EndpointState): EndpointModel {
    const { championVersionId, challengerVersionId } = newestRoute(state);
    return {
      isReady: this.models.isReady(state.deployments.get(championVersionId)!.artifactHash),
      versions: [championVersionId, ...(challengerVersionId === null ? [] : [challengerVersionId])],
      describe: async () => ({ inputs: endpointInputs(await this.decisions.asked(state)), outputs: ENDPOINT_OUTPUTS }),
      infer: async (requestId, tensors, options) =>
        tensorsFromDecisions(await this.decisions.decide(state, rowsFromTensors(requestId, tensors), options)),
    };
  }
}
