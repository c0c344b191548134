import { Args, Mutation, Parent, Query, ResolveField, ResolveReference, Resolver } from '@nestjs/graphql';
import { CurrentViewer, type GraphContext, type Serves } from '#libs/graph';
import type { Viewer } from '#libs/identity';
import type { DataContract } from '../contract/contract.js';
import { ContractService } from '../contract/contract.service.js';
import { maskedSample, type Validation } from '../contract/validation.js';
import { classificationOf, confidentialAmong, type Dataset } from '../dataset/dataset.js';
import { DatasetService } from '../dataset/dataset.service.js';
import type * as gql from '../graphql.generated.js';
import type { Job } from '../job/job.js';
import type { ColumnProfile } from '../profile/version-profile.js';
import { ProfileService } from '../profile/profile.service.js';
import type { Transform } from '../transform/transform.js';
import { TransformService } from '../transform/transform.service.js';
import type { DatasetVersion } from './dataset-version.js';
import { DatasetVersionService } from './dataset-version.service.js';

/** What a version's validation needs to find its contract again. */
interface ValidationOfVersion extends Validation {
  readonly workspace: string;
}

@Resolver('DatasetVersion')
export class DatasetVersionResolver implements Serves<gql.DatasetVersion, Omit<DatasetVersion, 'columns' | 'validation'>> {
  constructor(
    private readonly versions: DatasetVersionService,
    private readonly datasets: DatasetService,
    private readonly transforms: TransformService,
    private readonly profiles: ProfileService,
  ) {}

  @Query()
  datasetVersion(@Args() { id }: gql.QueryDatasetVersionArgs, @CurrentViewer() viewer: Viewer): Promise<DatasetVersion | null> {
    return this.versions.find(viewer.workspace, id);
  }

  @Mutation()
  profileDatasetVersion(@Args() { id }: gql.MutationProfileDatasetVersionArgs, @CurrentViewer() viewer: Viewer): Promise<Job> {
    return this.profiles.start(id, viewer);
  }

  @ResolveReference()
  resolveReference({ id }: { readonly id: string }, { viewer }: Required<GraphContext>): Promise<DatasetVersion> {
    return this.versions.get(viewer.workspace, id);
  }

  @ResolveField()
  dataset(@Parent() { workspace, datasetId }: DatasetVersion): Promise<Dataset> {
    return this.datasets.get(workspace, datasetId);
  }

  @ResolveField()
  hash(@Parent() { object }: DatasetVersion): string {
    return object.hash;
  }

  @ResolveField()
  flagsHash(@Parent() { flags }: DatasetVersion): string | null {
    return flags?.hash ?? null;
  }

  @ResolveField()
  quarantineHash(@Parent() { quarantine }: DatasetVersion): string | null {
    return quarantine?.hash ?? null;
  }

  @ResolveField()
  async columns(@Parent() { workspace, datasetId, columns }: DatasetVersion): Promise<readonly gql.Column[]> {
    const dataset = await this.datasets.get(workspace, datasetId);
    return columns.map(({ name, type, nullable }) => ({ name, type, nullable, classification: classificationOf(dataset, name) }));
  }

  @ResolveField()
  async validation(@Parent() version: DatasetVersion): Promise<ValidationOfVersion | null> {
    const { workspace, datasetId, columns, validation } = version;
    if (!validation) return null;
    const confidential = confidentialAmong(await this.datasets.get(workspace, datasetId), columns);
    const shown = (sample: string): string => maskedSample(sample, confidential);
    const results = validation.results.map((result) => ({ ...result, samples: result.samples.map(shown) }));
    return { ...validation, results, workspace };
  }

  @ResolveField()
  inputs(@Parent() version: DatasetVersion): Promise<readonly DatasetVersion[]> {
    return this.versions.inputsOf(version);
  }

  @ResolveField()
  derived(@Parent() version: DatasetVersion): Promise<readonly DatasetVersion[]> {
    return this.versions.derivedFrom(version);
  }

  @ResolveField()
  transform(@Parent() { workspace, transformId }: DatasetVersion): Promise<Transform> | null {
    return transformId === null ? null : this.transforms.get(workspace, transformId);
  }

  @ResolveField()
  profile(@Parent() version: DatasetVersion): Promise<readonly ColumnProfile[] | null> {
    return this.profiles.of(version);
  }
}

@Resolver('Validation')
export class ValidationResolver implements Serves<gql.Validation, Validation> {
  constructor(private readonly contracts: ContractService) {}

  @ResolveField()
  contract(@Parent() { workspace, contractId }: ValidationOfVersion): Promise<DataContract> {
    return this.contracts.get(workspace, contractId);
  }
}
