import { Args, Mutation, Parent, ResolveField, ResolveReference, Resolver } from '@nestjs/graphql';
import { CurrentViewer, type GraphContext, type Serves } from '#libs/graph';
import type { Viewer } from '#libs/identity';
import type { Dataset } from '../dataset/dataset.js';
import { DatasetService } from '../dataset/dataset.service.js';
import type * as gql from '../graphql.generated.js';
import type { DataContract, Rule } from './contract.js';
import { ContractService } from './contract.service.js';

function ruleFrom({ columns, expression, references, ...rule }: gql.RuleInput): Rule {
  return { ...rule, columns: columns ?? [], expression: expression ?? null, references: references ?? null };
}

@Resolver('DataContract')
export class ContractResolver implements Serves<gql.DataContract, DataContract> {
  constructor(
    private readonly contracts: ContractService,
    private readonly datasets: DatasetService,
  ) {}

  @Mutation()
  defineContract(@Args() { input }: gql.MutationDefineContractArgs, @CurrentViewer() viewer: Viewer): Promise<DataContract> {
    return this.contracts.define(input.datasetId, input.rules.map(ruleFrom), viewer);
  }

  @ResolveReference()
  resolveReference({ id }: { readonly id: string }, { viewer }: Required<GraphContext>): Promise<DataContract> {
    return this.contracts.get(viewer.workspace, id);
  }

  @ResolveField()
  dataset(@Parent() { workspace, datasetId }: DataContract): Promise<Dataset> {
    return this.datasets.get(workspace, datasetId);
  }
}
