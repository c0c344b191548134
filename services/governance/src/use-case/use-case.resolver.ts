import { Args, Mutation, Parent, Query, ResolveField, ResolveReference, Resolver } from '@nestjs/graphql';
import { CurrentViewer, type Connection, type GraphContext, type Serves } from '#libs/graph';
import type { Viewer } from '#libs/identity';
import { parseMoney } from '#libs/value';
import type * as gql from '../graphql.generated.js';
import type { MetricContract } from '../metric-contract/metric-contract.js';
import { MetricContractService } from '../metric-contract/metric-contract.service.js';
import type { UseCase } from './use-case.js';
import { UseCaseService } from './use-case.service.js';

@Resolver('UseCase')
export class UseCaseResolver implements Serves<gql.UseCase, UseCase> {
  constructor(
    private readonly useCases: UseCaseService,
    private readonly contracts: MetricContractService,
  ) {}

  @Query()
  useCase(@Args() { name }: gql.QueryUseCaseArgs, @CurrentViewer() viewer: Viewer): Promise<UseCase | null> {
    return this.useCases.findByName(viewer.workspace, name);
  }

  @Query('useCases')
  listUseCases(@Args() page: gql.QueryUseCasesArgs, @CurrentViewer() viewer: Viewer): Promise<Connection<UseCase>> {
    return this.useCases.list(viewer.workspace, page);
  }

  @Mutation()
  createUseCase(@Args() { input }: gql.MutationCreateUseCaseArgs, @CurrentViewer() viewer: Viewer): Promise<UseCase> {
    const { idempotencyKey, monthlyCost, ...draft } = input;
    const cost = parseMoney(monthlyCost.amount, monthlyCost.currency);
    return this.useCases.open({ ...draft, monthlyCost: cost }, viewer, idempotencyKey ?? null);
  }

  @Mutation()
  assignRole(@Args() { useCaseId, role, person }: gql.MutationAssignRoleArgs, @CurrentViewer() viewer: Viewer): Promise<UseCase> {
    return this.useCases.assignRole(useCaseId, role, person, viewer);
  }

  @Mutation()
  reviewRisk(
    @Args() { useCaseId, riskClass, rationale }: gql.MutationReviewRiskArgs,
    @CurrentViewer() viewer: Viewer,
  ): Promise<UseCase> {
    return this.useCases.reviewRisk(useCaseId, riskClass, rationale, viewer);
  }

  @ResolveReference()
  resolveReference({ id }: { readonly id: string }, { viewer }: Required<GraphContext>): Promise<UseCase> {
    return this.useCases.get(viewer.workspace, id);
  }

  @ResolveField()
  contract(@Parent() { workspace, id }: UseCase): Promise<MetricContract | null> {
    return this.contracts.findInForce(workspace, id);
  }

  /** The ledger's own resolver reads it; here it only learns whose it is. */
  @ResolveField()
  ledger(@Parent() useCase: UseCase): { readonly useCase: UseCase } {
    return { useCase };
  }
}
