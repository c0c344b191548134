import { Args, Mutation, Parent, ResolveField, ResolveReference, Resolver } from '@nestjs/graphql';
import { CurrentViewer, type GraphContext, type Serves } from '#libs/graph';
import type { Viewer } from '#libs/identity';
import type * as gql from '../graphql.generated.js';
import type { Endpoint } from '../endpoint/endpoint.js';
import { EndpointService } from '../endpoint/endpoint.service.js';
import type { Rollout } from './rollout.js';
import { RolloutRepository } from './rollout.repository.js';
import { RolloutService } from './rollout.service.js';

interface Stub {
  readonly id: string;
}

@Resolver('Rollout')
export class RolloutResolver implements Serves<gql.Rollout, Rollout> {
  constructor(
    private readonly service: RolloutService,
    private readonly rollouts: RolloutRepository,
    private readonly endpoints: EndpointService,
  ) {}

  @Mutation()
  startRollout(@Args() request: gql.MutationStartRolloutArgs, @CurrentViewer() viewer: Viewer): Promise<Rollout> {
    return this.service.start({ ...request, steps: request.steps! }, viewer); // the schema has a default
  }

  @Mutation()
  advanceRollout(
    @Args() { rolloutId, effectiveFrom }: gql.MutationAdvanceRolloutArgs,
    @CurrentViewer() viewer: Viewer,
  ): Promise<Rollout> {
    return this.service.advance(rolloutId, effectiveFrom, viewer);
  }

  @Mutation()
  rollBack(@Args() { rolloutId, reason }: gql.MutationRollBackArgs, @CurrentViewer() viewer: Viewer): Promise<Rollout> {
    return this.service.rollBack(rolloutId, reason, viewer);
  }

  @ResolveReference()
  resolveReference({ id }: Stub, { viewer }: Required<GraphContext>): Promise<Rollout> {
    return this.rollouts.get(viewer.workspace, id);
  }

  @ResolveField()
  endpoint(@Parent() { workspace, endpointId }: Rollout): Promise<Endpoint> {
    return this.endpoints.get(workspace, endpointId);
  }

  @ResolveField()
  version(@Parent() { versionId }: Rollout): Stub {
    return { id: versionId };
  }
}
