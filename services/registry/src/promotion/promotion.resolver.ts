import { Args, Mutation, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import { CurrentViewer, type Serves } from '#libs/graph';
import type { Viewer } from '#libs/identity';
import type * as gql from '../graphql.generated.js';
import type { ModelVersion } from '../model-version/model-version.js';
import { ModelVersionService } from '../model-version/model-version.service.js';
import type { Promotion } from './promotion.js';
import { PromotionService } from './promotion.service.js';

@Resolver('Promotion')
export class PromotionResolver implements Serves<gql.Promotion, Promotion> {
  constructor(
    private readonly promotions: PromotionService,
    private readonly versions: ModelVersionService,
  ) {}

  @Mutation()
  async requestPromotion(
    @Args() { modelVersionId }: gql.MutationRequestPromotionArgs,
    @CurrentViewer() viewer: Viewer,
  ): Promise<object> {
    const outcome = await this.promotions.request(modelVersionId, viewer);
    return 'promotion' in outcome ? { __typename: 'Promotion', ...outcome.promotion } : { __typename: 'GatesFailed', ...outcome };
  }

  @Mutation()
  approvePromotion(
    @Args() { promotionId, reason }: gql.MutationApprovePromotionArgs,
    @CurrentViewer() viewer: Viewer,
  ): Promise<Promotion> {
    return this.promotions.approve(promotionId, reason, viewer);
  }

  @Mutation()
  rejectPromotion(
    @Args() { promotionId, reason }: gql.MutationRejectPromotionArgs,
    @CurrentViewer() viewer: Viewer,
  ): Promise<Promotion> {
    return this.promotions.reject(promotionId, reason, viewer);
  }

  @ResolveField()
  version(@Parent() { workspace, modelVersionId }: Promotion): Promise<ModelVersion> {
    return this.versions.get(workspace, modelVersionId);
  }
}
