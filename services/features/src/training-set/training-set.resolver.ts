import { Args, Parent, Query, ResolveField, ResolveReference, Resolver } from '@nestjs/graphql';
import { CurrentViewer, type GraphContext, type Serves } from '#libs/graph';
import type { Viewer } from '#libs/identity';
import type * as gql from '../graphql.generated.js';
import type { FeatureService } from '../feature-service/feature-service.js';
import { FeatureServiceService } from '../feature-service/feature-service.service.js';
import { RESERVED_NAMES } from '../feature-service/feature-service.js';
import type { ColumnStatistics, TrainingSet } from './training-set.js';
import { TrainingSetService } from './training-set.service.js';

@Resolver('TrainingSet')
export class TrainingSetResolver implements Serves<gql.TrainingSet, Omit<TrainingSet, 'statistics'>> {
  constructor(
    private readonly sets: TrainingSetService,
    private readonly services: FeatureServiceService,
  ) {}

  @Query()
  trainingSet(@Args() { id }: gql.QueryTrainingSetArgs, @CurrentViewer() viewer: Viewer): Promise<TrainingSet | null> {
    return this.sets.find(viewer.workspace, id);
  }

  @ResolveReference()
  resolveReference({ id }: { readonly id: string }, { viewer }: Required<GraphContext>): Promise<TrainingSet> {
    return this.sets.get(viewer.workspace, id);
  }

  @ResolveField()
  featureService(@Parent() { workspace, featureServiceId }: TrainingSet): Promise<FeatureService> {
    return this.services.get(workspace, featureServiceId);
  }

  @ResolveField()
  datasetVersions(@Parent() { datasetVersionIds }: TrainingSet): readonly { readonly id: string }[] {
    return datasetVersionIds.map((id) => ({ id }));
  }

  @ResolveField()
  hash(@Parent() { objectHash }: TrainingSet): string {
    return objectHash;
  }

  /** Of the features; row key, moment and label are not features. */
  @ResolveField()
  statistics(@Parent() { statistics }: TrainingSet): readonly ColumnStatistics[] {
    return statistics.filter(({ name }) => !(RESERVED_NAMES as readonly string[]).includes(name));
  }
}
