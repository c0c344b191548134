import { Args, Mutation, Parent, Query, ResolveField, ResolveReference, Resolver } from '@nestjs/graphql';
import { CurrentViewer, type GraphContext, type Serves } from '#libs/graph';
import type { Viewer } from '#libs/identity';
import type * as gql from '../graphql.generated.js';
import type { Materialization } from './materialization.js';
import { MaterializationService } from './materialization.service.js';

@Resolver('Materialization')
export class MaterializationResolver implements Serves<gql.Materialization, Materialization> {
  constructor(private readonly materializations: MaterializationService) {}

  @Query()
  materialization(
    @Args() { id }: gql.QueryMaterializationArgs,
    @CurrentViewer() viewer: Viewer,
  ): Promise<Materialization | null> {
    return this.materializations.find(viewer.workspace, id);
  }

  @Mutation()
  materialize(@Args() { featureViewId }: gql.MutationMaterializeArgs, @CurrentViewer() viewer: Viewer): Promise<Materialization> {
    return this.materializations.request(featureViewId, viewer);
  }

  @Mutation()
  cancelMaterialization(
    @Args() { id }: gql.MutationCancelMaterializationArgs,
    @CurrentViewer() viewer: Viewer,
  ): Promise<Materialization> {
    return this.materializations.cancel(id, viewer);
  }

  @ResolveReference()
  resolveReference({ id }: { readonly id: string }, { viewer }: Required<GraphContext>): Promise<Materialization> {
    return this.materializations.get(viewer.workspace, id);
  }

  @ResolveField()
  datasetVersion(@Parent() { datasetVersionId }: Materialization): { readonly id: string } {
    return { id: datasetVersionId };
  }
}
