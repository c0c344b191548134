import { Args, Mutation, Query, ResolveReference, Resolver } from '@nestjs/graphql';
import { CurrentViewer, type GraphContext, type Serves } from '#libs/graph';
import type { Viewer } from '#libs/identity';
import type * as gql from '../graphql.generated.js';
import type { Entity } from './entity.js';
import { EntityService } from './entity.service.js';

@Resolver('Entity')
export class EntityResolver implements Serves<gql.Entity, Entity> {
  constructor(private readonly entities: EntityService) {}

  @Query()
  entity(@Args() { name }: gql.QueryEntityArgs, @CurrentViewer() viewer: Viewer): Promise<Entity | null> {
    return this.entities.findByName(viewer.workspace, name);
  }

  @Mutation()
  createEntity(@Args() { input }: gql.MutationCreateEntityArgs, @CurrentViewer() viewer: Viewer): Promise<Entity> {
    return this.entities.create({ ...input, idempotencyKey: input.idempotencyKey ?? null }, viewer);
  }

  @ResolveReference()
  resolveReference({ id }: { readonly id: string }, { viewer }: Required<GraphContext>): Promise<Entity> {
    return this.entities.get(viewer.workspace, id);
  }
}
