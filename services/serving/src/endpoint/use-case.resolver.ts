import { Parent, ResolveField, ResolveReference, Resolver } from '@nestjs/graphql';
import type { GraphContext } from '#libs/graph';
import type { Endpoint } from './endpoint.js';
import { EndpointService } from './endpoint.service.js';

interface UseCase {
  readonly id: string;
  readonly workspace: string;
}

/** What serving adds to governance's use case. */
@Resolver('UseCase')
export class UseCaseResolver {
  constructor(private readonly service: EndpointService) {}

  @ResolveReference()
  resolveReference({ id }: { readonly id: string }, { viewer }: Required<GraphContext>): UseCase {
    return { id, workspace: viewer.workspace };
  }

  @ResolveField()
  endpoints(@Parent() { id, workspace }: UseCase): Promise<readonly Endpoint[]> {
    return this.service.ofUseCase(workspace, id);
  }
}
