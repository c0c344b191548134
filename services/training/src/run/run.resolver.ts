import { Args, Parent, Query, ResolveField, ResolveReference, Resolver, Subscription } from '@nestjs/graphql';
import { CurrentViewer, type Connection, type GraphContext, type Serves } from '#libs/graph';
import type { Viewer } from '#libs/identity';
import type * as gql from '../graphql.generated.js';
import type { Artifact, Experiment, MetricPoint, Run } from './run.js';
import { RunService } from './run.service.js';

interface Stub {
  readonly id: string;
}
const DEFAULT_POINTS = 1_000;

@Resolver('Run')
export class RunResolver implements Serves<gql.Run, Omit<Run, 'parameters'>> {
  constructor(private readonly runs: RunService) {}

  @Query()
  run(@Args() { id }: gql.QueryRunArgs, @CurrentViewer() viewer: Viewer): Promise<Run | null> {
    return this.runs.find(viewer.workspace, id);
  }

  @Subscription('runMetrics', { resolve: (point: MetricPoint) => point })
  runMetrics(
    @Args() { runId, afterStep }: gql.SubscriptionRunMetricsArgs,
    @CurrentViewer() viewer: Viewer,
  ): Promise<AsyncIterableIterator<MetricPoint>> {
    return this.runs.follow(viewer.workspace, runId, afterStep ?? -1);
  }

  @ResolveReference()
  resolveReference({ id }: Stub, { viewer }: Required<GraphContext>): Promise<Run> {
    return this.runs.get(viewer.workspace, id);
  }

  @ResolveField()
  experiment(@Parent() { workspace, experimentId }: Run): Promise<Experiment> {
    return this.runs.getExperiment(workspace, experimentId);
  }

  @ResolveField()
  parameters(@Parent() { parameters }: Run): readonly gql.Parameter[] {
    return Object.entries(parameters).map(([name, value]) => ({ name, value }));
  }

  @ResolveField()
  metrics(@Parent() run: Run): Promise<readonly MetricPoint[]> {
    return this.runs.lastMetrics(run);
  }

  @ResolveField()
  metricHistory(@Parent() run: Run, @Args() { name, first, after }: gql.RunMetricHistoryArgs): Promise<readonly MetricPoint[]> {
    return this.runs.history(run, name, after ?? -1, first ?? DEFAULT_POINTS);
  }

  @ResolveField()
  trainingSets(@Parent() { trainingSetIds }: Run): readonly Stub[] {
    return trainingSetIds.map((id) => ({ id }));
  }

  @ResolveField()
  artifacts(@Parent() run: Run): Promise<readonly Artifact[]> {
    return this.runs.artifacts(run);
  }
}

@Resolver('Experiment')
export class ExperimentResolver implements Serves<gql.Experiment, Experiment> {
  constructor(private readonly service: RunService) {}

  @Query()
  experiment(@Args() { name }: gql.QueryExperimentArgs, @CurrentViewer() viewer: Viewer): Promise<Experiment | null> {
    return this.service.findExperiment(viewer.workspace, name);
  }

  @ResolveReference()
  resolveReference({ id }: Stub, { viewer }: Required<GraphContext>): Promise<Experiment> {
    return this.service.getExperiment(viewer.workspace, id);
  }

  @ResolveField()
  runs(@Parent() experiment: Experiment, @Args() page: gql.ExperimentRunsArgs): Promise<Connection<Run>> {
    return this.service.list(experiment, page);
  }
}
