import { Args, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { CurrentViewer, type Connection, type Serves } from '#libs/graph';
import type { Viewer } from '#libs/identity';
import type * as gql from '../graphql.generated.js';
import { statusOn, type PlanItem, type PlanStatus } from './plan.js';
import { PlanService } from './plan.service.js';

@Resolver('PlanItem')
export class PlanResolver implements Serves<gql.PlanItem, PlanItem> {
  constructor(private readonly items: PlanService) {}

  @Query()
  plan(@Args() page: gql.QueryPlanArgs, @CurrentViewer() viewer: Viewer): Promise<Connection<PlanItem>> {
    return this.items.page(viewer.workspace, page);
  }

  @Mutation()
  addPlanItem(@Args() { input }: gql.MutationAddPlanItemArgs, @CurrentViewer() viewer: Viewer): Promise<PlanItem> {
    return this.items.add(input, viewer);
  }

  @ResolveField()
  status(@Parent() item: PlanItem): PlanStatus {
    return statusOn(item, new Date().toISOString().slice(0, 10));
  }
}
