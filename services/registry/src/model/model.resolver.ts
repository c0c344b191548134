import { Args, Mutation, Parent, Query, ResolveField, ResolveReference, Resolver } from '@nestjs/graphql';
import { CurrentViewer, type Connection, type GraphContext, type Serves } from '#libs/graph';
import type { Viewer } from '#libs/identity';
import type * as gql from '../graphql.generated.js';
import type { ModelVersion } from '../model-version/model-version.js';
import { ModelVersionService } from '../model-version/model-version.service.js';
import type { Model } from './model.js';
import { ModelService } from './model.service.js';

@Resolver('Model')
export class ModelResolver implements Serves<gql.Model, Model> {
  constructor(
    private readonly models: ModelService,
    private readonly modelVersions: ModelVersionService,
  ) {}

  @Query()
  model(@Args() { name }: gql.QueryModelArgs, @CurrentViewer() viewer: Viewer): Promise<Model | null> {
    return this.models.findByName(viewer.workspace, name);
  }

  @Mutation()
  createModel(@Args() { input }: gql.MutationCreateModelArgs, @CurrentViewer() viewer: Viewer): Promise<Model> {
    return this.models.create({ ...input, idempotencyKey: input.idempotencyKey ?? null }, viewer);
  }

  @ResolveReference()
  resolveReference({ id }: { readonly id: string }, { viewer }: Required<GraphContext>): Promise<Model> {
    return this.models.get(viewer.workspace, id);
  }

  @ResolveField()
  useCase(@Parent() { useCaseId }: Model): { readonly id: string } {
    return { id: useCaseId };
  }

  @ResolveField()
  versions(@Parent() model: Model, @Args() page: gql.ModelVersionsArgs): Promise<Connection<ModelVersion>> {
    return this.modelVersions.list(model, page);
  }
}
