import { Args, Mutation, Parent, Query, ResolveField, ResolveReference, Resolver } from '@nestjs/graphql';
import { CurrentViewer, type Connection, type GraphContext, type Serves } from '#libs/graph';
import type { Viewer } from '#libs/identity';
import type * as gql from '../graphql.generated.js';
import type { Entity } from '../entity/entity.js';
import { EntityService } from '../entity/entity.service.js';
import type { Materialization } from '../materialization/materialization.js';
import { MaterializationService } from '../materialization/materialization.service.js';
import { latestDraft, windowDraft } from './feature-view.input.js';
import type { FeatureView } from './feature-view.js';
import { FeatureViewService } from './feature-view.service.js';

@Resolver('FeatureView')
export class FeatureViewResolver implements Serves<gql.FeatureView, FeatureView> {
  constructor(
    private readonly views: FeatureViewService,
    private readonly entities: EntityService,
    private readonly materializations: MaterializationService,
  ) {}

  @Query()
  featureView(@Args() { name }: gql.QueryFeatureViewArgs, @CurrentViewer() viewer: Viewer): Promise<FeatureView | null> {
    return this.views.findByName(viewer.workspace, name);
  }

  @Query()
  featureViews(@Args() page: gql.QueryFeatureViewsArgs, @CurrentViewer() viewer: Viewer): Promise<Connection<FeatureView>> {
    return this.views.list(viewer.workspace, page);
  }

  @Mutation()
  createLatestView(@Args() { input }: gql.MutationCreateLatestViewArgs, @CurrentViewer() viewer: Viewer): Promise<FeatureView> {
    return this.views.create(latestDraft(input), input.idempotencyKey ?? null, viewer);
  }

  @Mutation()
  createWindowView(@Args() { input }: gql.MutationCreateWindowViewArgs, @CurrentViewer() viewer: Viewer): Promise<FeatureView> {
    return this.views.create(windowDraft(input), input.idempotencyKey ?? null, viewer);
  }

  @ResolveReference()
  resolveReference({ id }: { readonly id: string }, { viewer }: Required<GraphContext>): Promise<FeatureView> {
    return this.views.get(viewer.workspace, id);
  }

  @ResolveField()
  entity(@Parent() { workspace, entityId }: FeatureView): Promise<Entity> {
    return this.entities.get(workspace, entityId);
  }

  @ResolveField()
  source(@Parent() { sourceDatasetId }: FeatureView): { readonly id: string } {
    return { id: sourceDatasetId };
  }

  @ResolveField()
  materialization(@Parent() { workspace, id }: FeatureView): Promise<Materialization | null> {
    return this.materializations.newestOf(workspace, id);
  }
}
