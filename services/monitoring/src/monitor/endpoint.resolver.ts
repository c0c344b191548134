import { Parent, ResolveField, ResolveReference, Resolver } from '@nestjs/graphql';
import { CurrentViewer } from '#libs/graph';
import type { Viewer } from '#libs/identity';
import type { Monitor } from './monitor.js';
import { MonitorRepository } from './monitor.repository.js';

/** Serving's endpoint, with what monitoring adds to it. */
@Resolver('Endpoint')
export class EndpointResolver {
  constructor(private readonly monitors: MonitorRepository) {}

  @ResolveReference()
  resolveReference({ id }: { readonly id: string }): { readonly id: string } {
    return { id };
  }

  @ResolveField()
  monitor(@Parent() { id }: { readonly id: string }, @CurrentViewer() viewer: Viewer): Promise<Monitor | null> {
    return this.monitors.findByEndpoint(viewer.workspace, id);
  }
}
