import { Args, Mutation, Parent, Query, ResolveField, ResolveReference, Resolver, Subscription } from '@nestjs/graphql';
import { CurrentViewer, type GraphContext, type Serves } from '#libs/graph';
import type { Viewer } from '#libs/identity';
import type { VersionComparison } from '../evaluation/comparison.js';
import type * as gql from '../graphql.generated.js';
import type { Pipeline } from '../pipeline/pipeline.js';
import { PipelineService } from '../pipeline/pipeline.service.js';
import type { Run } from '../run/run.js';
import { RunService } from '../run/run.service.js';
import { currentStep, progressOf, type PipelineRun } from './pipeline-run.js';
import { PipelineRunService } from './pipeline-run.service.js';

interface Stub {
  readonly id: string;
}

@Resolver('PipelineRun')
export class PipelineRunResolver implements Serves<gql.PipelineRun, PipelineRun> {
  constructor(
    private readonly executions: PipelineRunService,
    private readonly pipelines: PipelineService,
    private readonly runs: RunService,
  ) {}

  @Query()
  pipelineRun(@Args() { id }: gql.QueryPipelineRunArgs, @CurrentViewer() viewer: Viewer): Promise<PipelineRun | null> {
    return this.executions.find(viewer.workspace, id);
  }

  @Mutation()
  startPipeline(@Args() { input }: gql.MutationStartPipelineArgs, @CurrentViewer() viewer: Viewer): Promise<PipelineRun> {
    const { pipelineId, idempotencyKey, baselineVersionIds, permuteLabels, ...periods } = input;
    const plan = {
      ...periods,
      baselineVersionIds: baselineVersionIds ?? [],
      permuteLabels: permuteLabels ?? false,
      incumbentVersionId: null,
    };
    return this.executions.start(pipelineId, plan, viewer, idempotencyKey ?? null);
  }

  @Mutation()
  cancelPipelineRun(@Args() { id }: gql.MutationCancelPipelineRunArgs, @CurrentViewer() viewer: Viewer): Promise<PipelineRun> {
    return this.executions.cancel(id, viewer);
  }

  @Subscription('pipelineRunChanged', { resolve: (run: PipelineRun) => run })
  pipelineRunChanged(
    @Args() { id }: gql.SubscriptionPipelineRunChangedArgs,
    @CurrentViewer() viewer: Viewer,
  ): Promise<AsyncIterableIterator<PipelineRun>> {
    return this.executions.follow(viewer.workspace, id);
  }

  @ResolveReference()
  resolveReference({ id }: Stub, { viewer }: Required<GraphContext>): Promise<PipelineRun> {
    return this.executions.get(viewer.workspace, id);
  }

  @ResolveField()
  pipeline(@Parent() { workspace, pipelineId }: PipelineRun): Promise<Pipeline> {
    return this.pipelines.get(workspace, pipelineId);
  }

  @ResolveField()
  progress(@Parent() run: PipelineRun): number {
    return progressOf(run);
  }

  @ResolveField()
  step(@Parent() run: PipelineRun): string {
    return currentStep(run);
  }

  @ResolveField()
  run(@Parent() { workspace, runId }: PipelineRun): Promise<Run> {
    return this.runs.get(workspace, runId);
  }

  @ResolveField()
  modelVersion(@Parent() { modelVersionId }: PipelineRun): Stub | null {
    return modelVersionId === null ? null : { id: modelVersionId };
  }
}

@Resolver('VersionComparison')
export class VersionComparisonResolver implements Serves<gql.VersionComparison, VersionComparison> {
  @ResolveField()
  incumbent(@Parent() { incumbentVersionId }: VersionComparison): Stub {
    return { id: incumbentVersionId };
  }

  @ResolveField()
  from(@Parent() { period }: VersionComparison): Date {
    return period.from;
  }

  @ResolveField()
  to(@Parent() { period }: VersionComparison): Date {
    return period.to;
  }
}
