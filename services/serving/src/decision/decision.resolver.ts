import { Args, Context, Mutation, Parent, Query, ResolveField, ResolveReference, Resolver } from '@nestjs/graphql';
import type { Page } from '#libs/database';
import { CurrentViewer, type GraphContext, type Serves } from '#libs/graph';
import type { Viewer } from '#libs/identity';
import { Problem } from '#libs/problem';
import type * as gql from '../graphql.generated.js';
import type { Endpoint } from '../endpoint/endpoint.js';
import { EndpointService } from '../endpoint/endpoint.service.js';
import { actOf, type Cell, type Decision, type LayoutColumn, type Override } from './decision.js';
import { DecisionReader } from './decision.reader.js';
import { OverrideService } from './override.service.js';

interface Stub {
  readonly id: string;
}

type DecisionValue = gql.DecisionValue;

function valuesOf(columns: readonly LayoutColumn[], cells: readonly Cell[]): readonly DecisionValue[] {
  return columns.map(({ name }, i) => {
    const cell = cells[i]!;
    return { name, number: typeof cell === 'number' ? cell : null, text: typeof cell === 'string' ? cell : null };
  });
}

@Resolver('Decision')
export class DecisionResolver implements Serves<gql.Decision, Omit<Decision, 'request' | 'features'>> {
  constructor(
    private readonly reader: DecisionReader,
    private readonly overrides: OverrideService,
    private readonly endpoints: EndpointService,
  ) {}

  @Query()
  decision(@Args() { id }: gql.QueryDecisionArgs, @CurrentViewer() viewer: Viewer): Promise<Decision | null> {
    return this.reader.find(viewer.workspace, id);
  }

  @Query()
  decisions(
    @Args() { first, after, ...range }: gql.QueryDecisionsArgs,
    @CurrentViewer() viewer: Viewer,
  ): Promise<Page<Decision>> {
    return this.reader.list(viewer.workspace, range, { first, after });
  }

  @Mutation()
  overrideDecision(
    @Args() { decisionId, act, reason }: gql.MutationOverrideDecisionArgs,
    @CurrentViewer() viewer: Viewer,
  ): Promise<Decision> {
    return this.overrides.override(decisionId, act, reason, viewer);
  }

  @ResolveReference()
  async resolveReference({ id }: Stub, { viewer }: Required<GraphContext>): Promise<Decision> {
    const decision = await this.reader.find(viewer.workspace, id);
    if (!decision) throw new Problem('not-found', 'serving/decision', `no decision ${id.slice(0, 60)}`, { id: id.slice(0, 60) });
    return decision;
  }

  @ResolveField()
  endpoint(@Parent() { workspace, endpointId }: Decision): Promise<Endpoint> {
    return this.endpoints.get(workspace, endpointId);
  }

  @ResolveField()
  version(@Parent() { versionId }: Decision): Stub {
    return { id: versionId };
  }

  @ResolveField()
  async request(@Parent() decision: Decision): Promise<readonly DecisionValue[]> {
    return valuesOf((await this.reader.layoutOf(decision)).request, decision.request);
  }

  @ResolveField()
  async features(@Parent() decision: Decision): Promise<readonly DecisionValue[]> {
    return valuesOf((await this.reader.layoutOf(decision)).features, decision.features);
  }

  @ResolveField()
  async act(@Parent() decision: Decision, @Context() context: object): Promise<boolean> {
    return actOf(decision, await this.reader.overrideOf(context, decision));
  }

  @ResolveField()
  override(@Parent() decision: Decision, @Context() context: object): Promise<Override | null> {
    return this.reader.overrideOf(context, decision);
  }
}
