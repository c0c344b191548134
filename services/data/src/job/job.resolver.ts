import { Args, Mutation, Parent, Query, ResolveField, ResolveReference, Resolver, Subscription } from '@nestjs/graphql';
import { CurrentViewer, type GraphContext, type Serves } from '#libs/graph';
import type { Viewer } from '#libs/identity';
import type { DatasetVersion } from '../dataset-version/dataset-version.js';
import { DatasetVersionService } from '../dataset-version/dataset-version.service.js';
import type * as gql from '../graphql.generated.js';
import type { Job } from './job.js';
import { JobService } from './job.service.js';

@Resolver('DataJob')
export class JobResolver implements Serves<gql.DataJob, Job> {
  constructor(
    private readonly jobs: JobService,
    private readonly versions: DatasetVersionService,
  ) {}

  @Query()
  dataJob(@Args() { id }: gql.QueryDataJobArgs, @CurrentViewer() viewer: Viewer): Promise<Job | null> {
    return this.jobs.find(viewer.workspace, id);
  }

  @Mutation()
  cancelDataJob(@Args() { id }: gql.MutationCancelDataJobArgs, @CurrentViewer() viewer: Viewer): Promise<Job> {
    return this.jobs.cancel(viewer.workspace, id, viewer);
  }

  @Subscription('dataJobChanged', { resolve: (job: Job) => job })
  dataJobChanged(
    @Args() { id }: gql.SubscriptionDataJobChangedArgs,
    @CurrentViewer() viewer: Viewer,
  ): Promise<AsyncIterableIterator<Job>> {
    return this.jobs.follow(viewer.workspace, id);
  }

  @ResolveReference()
  resolveReference({ id }: { readonly id: string }, { viewer }: Required<GraphContext>): Promise<Job> {
    return this.jobs.get(viewer.workspace, id);
  }

  /** A version exists for its readers once the job has ended well. */
  @ResolveField()
  datasetVersion(@Parent() { workspace, datasetVersionId }: Job): Promise<DatasetVersion> | null {
    return datasetVersionId === null ? null : this.versions.get(workspace, datasetVersionId);
  }
}
