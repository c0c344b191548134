import { Injectable } from '@nestjs/common';
import type { Viewer } from '#libs/identity';
import { newId } from '#libs/ids';
import { Problem } from '#libs/problem';
import type { Deployment } from '../endpoint/endpoint.js';
import { EndpointDirectory } from '../endpoint/endpoint.directory.js';
import { EndpointService } from '../endpoint/endpoint.service.js';
import { newestRoute, type EndpointState } from '../endpoint/endpoint-state.js';
import { sameRequest } from '../feature-service/feature-service.js';
import { FeatureServicePeer } from '../feature-service/feature-service.peer.js';
import { ModelHost } from '../inference/model.host.js';
import { advanceRollout, checkSteps, rollBack, startRollout, type Rollout } from './rollout.js';
import { RolloutRepository } from './rollout.repository.js';

/** A rollout as it is asked for. */
export interface RolloutRequest {
  readonly endpointId: string;
  readonly modelVersionId: string;
  readonly steps: readonly number[];
  /** Event time from which the share holds; from now on, whatever a row's moment, where left out. */
  readonly effectiveFrom?: Date | null | undefined;
}

@Injectable()
export class RolloutService {
  constructor(
    private readonly rollouts: RolloutRepository,
    private readonly endpoints: EndpointService,
    private readonly directory: EndpointDirectory,
    private readonly features: FeatureServicePeer,
    private readonly models: ModelHost,
  ) {}

  /** Loads the version and runs it once before any call may meet it; what answered before stays loaded. */
  async start({ endpointId, modelVersionId, steps, effectiveFrom }: RolloutRequest, viewer: Viewer): Promise<Rollout> {
    checkSteps(steps);
    const { workspace } = viewer;
    const state = await this.endpoints.state(workspace, endpointId);
    const { id, useCaseId } = state.endpoint;
    const deployment = await this.endpoints.deployable(workspace, id, useCaseId, modelVersionId);
    await this.checkCallers(state, deployment);
    await this.models.ensure(workspace, deployment.artifactHash);
    const draft = { id: newId('rollout'), workspace, endpointId: id, versionId: modelVersionId, steps, createdAt: new Date() };
    const rollout = await this.rollouts.start(deployment, viewer, (latest, number) =>
      startRollout(draft, latest, number, effectiveFrom ?? null),
    );
    await this.directory.read(workspace, state.endpoint.name);
    return rollout;
  }

  advance(id: string, effectiveFrom: Date | null | undefined, viewer: Viewer): Promise<Rollout> {
    return this.changed(
      this.rollouts.change(viewer.workspace, id, viewer, 'advance-rollout', (current, latest) =>
        advanceRollout(current, latest, effectiveFrom ?? null),
      ),
    );
  }

  rollBack(id: string, reason: string, viewer: Viewer): Promise<Rollout> {
    return this.changed(
      this.rollouts.change(viewer.workspace, id, viewer, 'roll-back', (current, latest) => rollBack(current, latest, reason)),
    );
  }

  private async changed(change: Promise<Rollout>): Promise<Rollout> {
    const rollout = await change;
    const { name } = await this.endpoints.get(rollout.workspace, rollout.endpointId);
    await this.directory.read(rollout.workspace, name);
    return rollout;
  }

  /** Callers do not notice a version change: the new one is asked in the same way. */
  private async checkCallers(state: EndpointState, { workspace, featureServiceId, versionId }: Deployment): Promise<void> {
    const champion = state.deployments.get(newestRoute(state).championVersionId)!;
    const [old, next] = await Promise.all([
      this.features.get(workspace, champion.featureServiceId),
      this.features.get(workspace, featureServiceId),
    ]);
    if (sameRequest(old, next)) return;
    throw new Problem('conflict', 'serving/other-request', 'the version asks callers for other columns than the endpoint does', {
      versionId,
    });
  }
}
