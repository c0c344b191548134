import { Injectable } from '@nestjs/common';
import type { InferOptions } from '#libs/inference';
import { newestRoute, type EndpointState } from '../endpoint/endpoint-state.js';
import type { FeatureService } from '../feature-service/feature-service.js';
import { FeatureServicePeer } from '../feature-service/feature-service.peer.js';
import type { Decision } from './decision.js';
import { decisionId } from './decision.identity.js';
import { DecisionLookup } from './decision.lookup.js';
import { DecisionMaker } from './decision.maker.js';
import { DecisionMetrics } from './decision.metrics.js';
import { DecisionRecorder } from './decision.recorder.js';
import { decisionRequest, type BroughtRows, type DecisionRequest } from './decision-request.js';

@Injectable()
export class DecisionService {
  constructor(
    private readonly features: FeatureServicePeer,
    private readonly maker: DecisionMaker,
    private readonly lookup: DecisionLookup,
    private readonly recorder: DecisionRecorder,
    private readonly metrics: DecisionMetrics,
  ) {}

  /** What the endpoint asks of callers. */
  asked(state: EndpointState): Promise<FeatureService> {
    const { featureServiceId, workspace } = state.deployments.get(newestRoute(state).championVersionId)!;
    return this.features.get(workspace, featureServiceId);
  }

  /** Decides rows, in their order. Every decision is durable before it is answered; one that was made before is answered again. */
  async decide(state: EndpointState, brought: BroughtRows, options: InferOptions): Promise<readonly Decision[]> {
    const { workspace, id: endpointId } = state.endpoint;
    const request = decisionRequest(await this.asked(state), brought, Date.now());
    const rows = request.rowKeys.map((rowKey, place) => ({ place, id: idOf(endpointId, request, rowKey, place) }));
    const [known, made] = await Promise.all([
      request.requestId === ''
        ? new Map<string, Decision>()
        : this.lookup.known(
            workspace,
            rows.map(({ id }) => id),
          ),
      this.maker.make(state, request, rows, options),
    ]);
    const { useCaseId } = state.endpoint;
    const recorded = await Promise.all(
      made.map(({ layout, decisions }) =>
        this.recorder.record({ workspace, useCaseId, layout, decisions: decisions.filter(({ id }) => !known.has(id)) }),
      ),
    );
    for (const { arm } of recorded.flat()) this.metrics.decided(arm);
    if (known.size > 0) this.metrics.answeredAgain(known.size);
    const held = new Map([...known, ...recorded.flat().map((decision) => [decision.id, decision] as const)]);
    return rows.map(({ id }) => held.get(id)!);
  }
}

function idOf(endpointId: string, { requestId, momentsMs, momentsStated }: DecisionRequest, rowKey: string, row: number): string {
  return decisionId({ endpointId, requestId, row, rowKey, momentMs: momentsMs[row]!, momentStated: momentsStated });
}
