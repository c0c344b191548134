import { Args, Mutation, Parent, Query, ResolveField, ResolveReference, Resolver } from '@nestjs/graphql';
import { CurrentViewer, type GraphContext, type Serves } from '#libs/graph';
import type { Viewer } from '#libs/identity';
import type { Dataset } from '../dataset/dataset.js';
import type * as gql from '../graphql.generated.js';
import type { Job } from '../job/job.js';
import type { Transform } from './transform.js';
import { TransformRunService } from './transform-run.service.js';
import { TransformService } from './transform.service.js';

@Resolver('Transform')
export class TransformResolver implements Serves<gql.Transform, Transform> {
  constructor(
    private readonly transforms: TransformService,
    private readonly runs: TransformRunService,
  ) {}

  @Query()
  transform(@Args() { name }: gql.QueryTransformArgs, @CurrentViewer() viewer: Viewer): Promise<Transform | null> {
    return this.transforms.findByName(viewer.workspace, name);
  }

  @Mutation()
  defineTransform(@Args() { input }: gql.MutationDefineTransformArgs, @CurrentViewer() viewer: Viewer): Promise<Transform> {
    return this.transforms.define(input, viewer);
  }

  @Mutation()
  runTransform(@Args() { id, idempotencyKey }: gql.MutationRunTransformArgs, @CurrentViewer() viewer: Viewer): Promise<Job> {
    return this.runs.start(id, idempotencyKey ?? null, viewer);
  }

  @ResolveReference()
  resolveReference({ id }: { readonly id: string }, { viewer }: Required<GraphContext>): Promise<Transform> {
    return this.transforms.get(viewer.workspace, id);
  }

  @ResolveField()
  inputs(@Parent() transform: Transform): Promise<readonly Dataset[]> {
    return this.transforms.inputsOf(transform);
  }

  @ResolveField()
  output(@Parent() transform: Transform): Promise<Dataset> {
    return this.transforms.outputOf(transform);
  }
}
