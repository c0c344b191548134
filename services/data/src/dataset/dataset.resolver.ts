import { Args, Mutation, Parent, Query, ResolveField, ResolveReference, Resolver } from '@nestjs/graphql';
import { CurrentViewer, type Connection, type GraphContext, type Serves } from '#libs/graph';
import type { Viewer } from '#libs/identity';
import type { DataContract } from '../contract/contract.js';
import { ContractService } from '../contract/contract.service.js';
import type { DatasetVersion } from '../dataset-version/dataset-version.js';
import { DatasetVersionService } from '../dataset-version/dataset-version.service.js';
import type * as gql from '../graphql.generated.js';
import type { Job } from '../job/job.js';
import type { DatasetRead } from '../read/dataset-read.js';
import { ReadService } from '../read/read.service.js';
import { CollectService } from './collect.service.js';
import type { Dataset } from './dataset.js';
import { DatasetService } from './dataset.service.js';

@Resolver('Dataset')
export class DatasetResolver implements Serves<gql.Dataset, Dataset> {
  constructor(
    private readonly datasets: DatasetService,
    private readonly allVersions: DatasetVersionService,
    private readonly contracts: ContractService,
    private readonly collecting: CollectService,
    private readonly allReads: ReadService,
  ) {}

  @Query()
  dataset(@Args() { name }: gql.QueryDatasetArgs, @CurrentViewer() viewer: Viewer): Promise<Dataset | null> {
    return this.datasets.findByName(viewer.workspace, name);
  }

  @Query('datasets')
  list(@Args() page: gql.QueryDatasetsArgs, @CurrentViewer() viewer: Viewer): Promise<Connection<Dataset>> {
    return this.datasets.list(viewer.workspace, page);
  }

  @Mutation()
  createDataset(@Args() { input }: gql.MutationCreateDatasetArgs, @CurrentViewer() viewer: Viewer): Promise<Dataset> {
    const { classifications, idempotencyKey } = input;
    return this.datasets.create(
      { ...input, classifications: classifications ?? [], idempotencyKey: idempotencyKey ?? null },
      viewer,
    );
  }

  @Mutation()
  classifyColumns(@Args() args: gql.MutationClassifyColumnsArgs, @CurrentViewer() viewer: Viewer): Promise<Dataset> {
    return this.datasets.classify(args.datasetId, args.classifications, viewer);
  }

  @Mutation()
  collect(@Args() { input }: gql.MutationCollectArgs, @CurrentViewer() viewer: Viewer): Promise<Job> {
    const { datasetId, uploadHash, format, missing, idempotencyKey } = input;
    const work = { kind: 'collect', datasetId, uploadHash, format, missing: missing ?? null } as const;
    return this.collecting.start(work, idempotencyKey ?? null, viewer);
  }

  @ResolveReference()
  resolveReference({ id }: { readonly id: string }, { viewer }: Required<GraphContext>): Promise<Dataset> {
    return this.datasets.get(viewer.workspace, id);
  }

  @ResolveField()
  latest(@Parent() { workspace, id }: Dataset): Promise<DatasetVersion | null> {
    return this.allVersions.newest(workspace, id);
  }

  @ResolveField()
  versions(@Parent() dataset: Dataset, @Args() page: gql.DatasetVersionsArgs): Promise<Connection<DatasetVersion>> {
    return this.allVersions.list(dataset, page);
  }

  @ResolveField()
  contract(@Parent() { workspace, id }: Dataset): Promise<DataContract | null> {
    return this.contracts.newestOf(workspace, id);
  }

  @ResolveField()
  reads(@Parent() dataset: Dataset, @Args() page: gql.DatasetReadsArgs): Promise<Connection<DatasetRead>> {
    return this.allReads.list(dataset, page);
  }
}
