import { Args, Mutation, Parent, Query, ResolveField, ResolveReference, Resolver } from '@nestjs/graphql';
import { CurrentViewer, type GraphContext, type Serves } from '#libs/graph';
import type { Viewer } from '#libs/identity';
import type { GateResult } from '../gate/gate.js';
import { GateRepository } from '../gate/gate.repository.js';
import type * as gql from '../graphql.generated.js';
import type { Model } from '../model/model.js';
import { ModelService } from '../model/model.service.js';
import type { Promotion } from '../promotion/promotion.js';
import { PromotionRepository } from '../promotion/promotion.repository.js';
import type { ModelVersion } from './model-version.js';
import { ModelVersionService } from './model-version.service.js';

interface Stub {
  readonly id: string;
}

@Resolver('ModelVersion')
export class ModelVersionResolver implements Serves<gql.ModelVersion, ModelVersion> {
  constructor(
    private readonly versions: ModelVersionService,
    private readonly models: ModelService,
    private readonly gateResults: GateRepository,
    private readonly requests: PromotionRepository,
  ) {}

  @Query()
  modelVersion(@Args() { id }: gql.QueryModelVersionArgs, @CurrentViewer() viewer: Viewer): Promise<ModelVersion | null> {
    return this.versions.find(viewer.workspace, id);
  }

  @Mutation()
  createRuleVersion(
    @Args() { input }: gql.MutationCreateRuleVersionArgs,
    @CurrentViewer() viewer: Viewer,
  ): Promise<ModelVersion> {
    return this.versions.createRule(input, viewer);
  }

  @ResolveReference()
  resolveReference({ id }: Stub, { viewer }: Required<GraphContext>): Promise<ModelVersion> {
    return this.versions.get(viewer.workspace, id);
  }

  @ResolveField()
  model(@Parent() { workspace, modelId }: ModelVersion): Promise<Model> {
    return this.models.get(workspace, modelId);
  }

  @ResolveField()
  artifactHash(@Parent() { artifact }: ModelVersion): string {
    return artifact.hash;
  }

  @ResolveField()
  featureService(@Parent() { featureServiceId }: ModelVersion): Stub {
    return { id: featureServiceId };
  }

  @ResolveField()
  run(@Parent() { runId }: ModelVersion): Stub | null {
    return runId === null ? null : { id: runId };
  }

  @ResolveField()
  gates(@Parent() { workspace, id }: ModelVersion): Promise<readonly GateResult[]> {
    return this.gateResults.newestOf(workspace, id);
  }

  @ResolveField()
  promotions(@Parent() { workspace, id }: ModelVersion): Promise<readonly Promotion[]> {
    return this.requests.of(workspace, id);
  }
}
