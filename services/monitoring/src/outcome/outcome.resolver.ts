import { Args, Mutation, ResolveReference, Resolver } from '@nestjs/graphql';
import { CurrentViewer, type GraphContext } from '#libs/graph';
import type { Viewer } from '#libs/identity';
import type * as gql from '../graphql.generated.js';
import { DecisionResultLoader } from './decision-result.loader.js';
import type { ReportCounts } from './outcome.js';
import type { DecisionResult } from './outcome.repository.js';
import { OutcomeService } from './outcome.service.js';

@Resolver('Decision')
export class OutcomeResolver {
  constructor(
    private readonly outcomes: OutcomeService,
    private readonly results: DecisionResultLoader,
  ) {}

  @Mutation()
  reportOutcomes(@Args() { input }: gql.MutationReportOutcomesArgs, @CurrentViewer() viewer: Viewer): Promise<ReportCounts> {
    return this.outcomes.report(input, viewer);
  }

  /** What serving's decision became; a decision whose event has not arrived yet has no outcome here. */
  @ResolveReference()
  resolveReference({ id }: { readonly id: string }, context: Required<GraphContext>): Promise<DecisionResult> {
    return this.results.load(context, context.viewer.workspace, id);
  }
}
