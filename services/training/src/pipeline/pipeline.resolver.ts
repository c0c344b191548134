import { Args, Mutation, Parent, Query, ResolveField, ResolveReference, Resolver } from '@nestjs/graphql';
import { CurrentViewer, type Connection, type GraphContext, type Serves } from '#libs/graph';
import type { Viewer } from '#libs/identity';
import type * as gql from '../graphql.generated.js';
import type { PipelineRun } from '../pipeline-run/pipeline-run.js';
import { PipelineRunService } from '../pipeline-run/pipeline-run.service.js';
import type { Pipeline, RetrainingTrigger } from './pipeline.js';
import { PipelineService } from './pipeline.service.js';

interface Stub {
  readonly id: string;
}

@Resolver('Pipeline')
export class PipelineResolver implements Serves<gql.Pipeline, Pipeline> {
  constructor(
    private readonly pipelines: PipelineService,
    private readonly executions: PipelineRunService,
  ) {}

  @Query()
  pipeline(@Args() { name }: gql.QueryPipelineArgs, @CurrentViewer() viewer: Viewer): Promise<Pipeline | null> {
    return this.pipelines.findByName(viewer.workspace, name);
  }

  @Mutation()
  createPipeline(@Args() { input }: gql.MutationCreatePipelineArgs, @CurrentViewer() viewer: Viewer): Promise<Pipeline> {
    const { trainer, ...draft } = input;
    return this.pipelines.create({ ...draft, trainer: trainerOf(trainer ?? {}) }, viewer);
  }

  @Mutation()
  setRetrainingTrigger(
    @Args() { input }: gql.MutationSetRetrainingTriggerArgs,
    @CurrentViewer() viewer: Viewer,
  ): Promise<Pipeline> {
    const { pipelineId, baselineVersionIds, ...trigger } = input;
    return this.pipelines.setTrigger(pipelineId, { ...trigger, baselineVersionIds: baselineVersionIds ?? [] }, viewer);
  }

  @ResolveReference()
  resolveReference({ id }: Stub, { viewer }: Required<GraphContext>): Promise<Pipeline> {
    return this.pipelines.get(viewer.workspace, id);
  }

  @ResolveField()
  model(@Parent() { modelId }: Pipeline): Stub {
    return { id: modelId };
  }

  @ResolveField()
  runs(@Parent() pipeline: Pipeline, @Args() page: gql.PipelineRunsArgs): Promise<Connection<PipelineRun>> {
    return this.executions.list(pipeline, page);
  }
}

@Resolver('RetrainingTrigger')
export class RetrainingTriggerResolver implements Serves<gql.RetrainingTrigger, RetrainingTrigger> {
  @ResolveField()
  baselineVersions(@Parent() { baselineVersionIds }: RetrainingTrigger): readonly Stub[] {
    return baselineVersionIds.map((id) => ({ id }));
  }
}

/** The graph's defaults stand in the SDL; a null means the default too. */
function trainerOf(input: gql.TrainerInput): Pipeline['trainer'] {
  return {
    trees: input.trees ?? 200,
    leaves: input.leaves ?? 31,
    learningRate: input.learningRate ?? 0.1,
    minRowsPerLeaf: input.minRowsPerLeaf ?? 20,
    earlyStoppingRounds: input.earlyStoppingRounds ?? null,
    seed: input.seed ?? 1,
  };
}
