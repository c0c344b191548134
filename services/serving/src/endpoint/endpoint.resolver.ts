import { Args, Mutation, Parent, Query, ResolveField, ResolveReference, Resolver } from '@nestjs/graphql';
import { CurrentViewer, type GraphContext, type Serves } from '#libs/graph';
import type { Viewer } from '#libs/identity';
import type * as gql from '../graphql.generated.js';
import type { Rollout } from '../rollout/rollout.js';
import { RolloutRepository } from '../rollout/rollout.repository.js';
import type { Endpoint } from './endpoint.js';
import { EndpointService } from './endpoint.service.js';

interface Stub {
  readonly id: string;
}

@Resolver('Endpoint')
export class EndpointResolver implements Serves<gql.Endpoint, Endpoint> {
  constructor(
    private readonly endpoints: EndpointService,
    private readonly rollouts: RolloutRepository,
  ) {}

  @Query()
  endpoint(@Args() { name }: gql.QueryEndpointArgs, @CurrentViewer() viewer: Viewer): Promise<Endpoint | null> {
    return this.endpoints.find(viewer.workspace, name);
  }

  @Mutation()
  createEndpoint(@Args() { input }: gql.MutationCreateEndpointArgs, @CurrentViewer() viewer: Viewer): Promise<Endpoint> {
    return this.endpoints.create(input, viewer);
  }

  @ResolveReference()
  resolveReference({ id }: Stub, { viewer }: Required<GraphContext>): Promise<Endpoint> {
    return this.endpoints.get(viewer.workspace, id);
  }

  @ResolveField()
  useCase(@Parent() { useCaseId }: Endpoint): Stub {
    return { id: useCaseId };
  }

  @ResolveField()
  baseline(@Parent() { baselineVersionId }: Endpoint): Stub {
    return { id: baselineVersionId };
  }

  @ResolveField()
  async champion(@Parent() endpoint: Endpoint): Promise<Stub> {
    return { id: (await this.endpoints.newestRoute(endpoint)).championVersionId };
  }

  @ResolveField()
  rollout(@Parent() { workspace, id }: Endpoint): Promise<Rollout | null> {
    return this.rollouts.newestOf(workspace, id);
  }
}
