import { Args, Mutation, Parent, Query, ResolveField, ResolveReference, Resolver } from '@nestjs/graphql';
import { CurrentViewer, type GraphContext, type Serves } from '#libs/graph';
import type { Viewer } from '#libs/identity';
import { Problem } from '#libs/problem';
import type * as gql from '../graphql.generated.js';
import type { FeatureView } from '../feature-view/feature-view.js';
import { FeatureViewService } from '../feature-view/feature-view.service.js';
import { isViewFeature, type FeatureService } from './feature-service.js';
import { FeatureServiceService, type FeatureDraft } from './feature-service.service.js';

/** A place of the vector as the graph shows it. */
interface ShownFeature {
  readonly name: string;
  readonly type: gql.FeatureType;
  readonly description: string;
  readonly view: FeatureView | null;
}

@Resolver('FeatureService')
export class FeatureServiceResolver implements Serves<gql.FeatureService, Omit<FeatureService, 'features'>> {
  constructor(
    private readonly services: FeatureServiceService,
    private readonly featureViews: FeatureViewService,
  ) {}

  @Query()
  featureService(@Args() { name }: gql.QueryFeatureServiceArgs, @CurrentViewer() viewer: Viewer): Promise<FeatureService | null> {
    return this.services.find(viewer.workspace, name);
  }

  @Mutation()
  createFeatureService(
    @Args() { input }: gql.MutationCreateFeatureServiceArgs,
    @CurrentViewer() viewer: Viewer,
  ): Promise<FeatureService> {
    const { idempotencyKey = null, features, ...draft } = input;
    return this.services.create({ ...draft, features: features.map(draftOf), idempotencyKey }, viewer);
  }

  @ResolveReference()
  resolveReference({ id }: { readonly id: string }, { viewer }: Required<GraphContext>): Promise<FeatureService> {
    return this.services.get(viewer.workspace, id);
  }

  @ResolveField()
  async features(@Parent() service: FeatureService): Promise<readonly ShownFeature[]> {
    const views = await this.views(service);
    return service.features.map((feature) => {
      const { name, type, description } = feature;
      const view = isViewFeature(feature) ? (views.find(({ id }) => id === feature.viewId) ?? null) : null;
      return { name, type, description, view };
    });
  }

  @ResolveField()
  views(@Parent() { workspace, features }: FeatureService): Promise<readonly FeatureView[]> {
    return this.featureViews.findAll(workspace, [...new Set(features.filter(isViewFeature).map(({ viewId }) => viewId))]);
  }
}

/** @throws Problem invalid where a feature has neither a view nor an expression, or both */
function draftOf({ name, viewId, feature, keys, expression, type, description }: gql.ServiceFeatureInput): FeatureDraft {
  const words = description ?? '';
  if (viewId && !expression) return { name, viewId, feature: feature ?? name, keys: keys ?? null, description: words };
  if (expression && !viewId) return { name, expression, type: type ?? 'number', description: words };
  throw new Problem('invalid', 'features/feature-origin', `${name} comes from a view or from an expression over the request`, {
    feature: name,
  });
}
