import { Args, Mutation, Parent, ResolveField, ResolveReference, Resolver } from '@nestjs/graphql';
import { CurrentViewer, type GraphContext, type Serves } from '#libs/graph';
import type { Viewer } from '#libs/identity';
import { parseMoney, payoffsOf, type Money } from '#libs/value';
import type * as gql from '../graphql.generated.js';
import type { UseCase } from '../use-case/use-case.js';
import { UseCaseService } from '../use-case/use-case.service.js';
import type { MetricContract } from './metric-contract.js';
import { MetricContractService } from './metric-contract.service.js';

@Resolver('MetricContract')
export class MetricContractResolver implements Serves<gql.MetricContract, MetricContract> {
  constructor(
    private readonly contracts: MetricContractService,
    private readonly useCases: UseCaseService,
  ) {}

  @Mutation()
  proposeMetricContract(
    @Args() { useCaseId, payoffs }: gql.MutationProposeMetricContractArgs,
    @CurrentViewer() viewer: Viewer,
  ): Promise<MetricContract> {
    const amount = ({ amount, currency }: gql.MoneyInput): Money => parseMoney(amount, currency);
    const agreed = payoffsOf({
      truePositive: amount(payoffs.truePositive),
      falsePositive: amount(payoffs.falsePositive),
      trueNegative: amount(payoffs.trueNegative),
      falseNegative: amount(payoffs.falseNegative),
    });
    return this.contracts.propose(useCaseId, agreed, viewer);
  }

  @Mutation()
  signMetricContract(
    @Args() { id, contentHash }: gql.MutationSignMetricContractArgs,
    @CurrentViewer() viewer: Viewer,
  ): Promise<MetricContract> {
    return this.contracts.sign(id, contentHash, viewer);
  }

  @ResolveReference()
  resolveReference({ id }: { readonly id: string }, { viewer }: Required<GraphContext>): Promise<MetricContract> {
    return this.contracts.get(viewer.workspace, id);
  }

  @ResolveField()
  useCase(@Parent() { workspace, useCaseId }: MetricContract): Promise<UseCase> {
    return this.useCases.get(workspace, useCaseId);
  }

  @ResolveField()
  decision(@Parent() { terms }: MetricContract): string {
    return terms.decision;
  }

  @ResolveField()
  positiveClass(@Parent() { terms }: MetricContract): string {
    return terms.positiveClass;
  }

  @ResolveField()
  monthlyVolume(@Parent() { terms }: MetricContract): number {
    return terms.monthlyVolume;
  }

  @ResolveField()
  monthlyCost(@Parent() { terms }: MetricContract): Money {
    return terms.monthlyCost;
  }

  @ResolveField()
  kpi(@Parent() { terms }: MetricContract): string {
    return terms.kpi;
  }

  @ResolveField()
  baselines(@Parent() { terms }: MetricContract): readonly string[] {
    return terms.baselines;
  }

  @ResolveField()
  payoffs(@Parent() { terms }: MetricContract): Readonly<Record<keyof gql.Payoffs, Money>> {
    const { currency, truePositive, falsePositive, trueNegative, falseNegative } = terms.payoffs;
    const amount = (minorUnits: bigint): Money => ({ minorUnits, currency });
    return {
      truePositive: amount(truePositive),
      falsePositive: amount(falsePositive),
      trueNegative: amount(trueNegative),
      falseNegative: amount(falseNegative),
    };
  }

  /** A signed revision ends to be in force when a newer one is signed. */
  @ResolveField()
  async inForce(@Parent() { workspace, useCaseId, id, signedAt }: MetricContract): Promise<boolean> {
    return signedAt !== null && (await this.contracts.findInForce(workspace, useCaseId))?.id === id;
  }
}
