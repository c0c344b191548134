import { Injectable } from '@nestjs/common';
import type { Page, PageRequest } from '#libs/database';
import { Problem } from '#libs/problem';
import type { Dataset } from '../dataset/dataset.js';
import { DatasetService } from '../dataset/dataset.service.js';
import type { DatasetVersion } from './dataset-version.js';
import { DatasetVersionRepository } from './dataset-version.repository.js';

/** How another service names a version. */
export type VersionReference =
  | { readonly by: 'version-id'; readonly value: string }
  | { readonly by: 'dataset-name'; readonly value: string }
  | { readonly by: 'dataset-id'; readonly value: string };

export interface VersionOfDataset {
  readonly version: DatasetVersion;
  readonly dataset: Dataset;
}

@Injectable()
export class DatasetVersionService {
  constructor(
    private readonly versions: DatasetVersionRepository,
    private readonly datasets: DatasetService,
  ) {}

  async get(workspace: string, id: string): Promise<DatasetVersion> {
    const version = await this.versions.find(workspace, id);
    if (!version) throw new Problem('not-found', 'data/dataset-version', `no dataset version ${id}`, { id });
    return version;
  }

  find(workspace: string, id: string): Promise<DatasetVersion | null> {
    return this.versions.find(workspace, id);
  }

  newest(workspace: string, datasetId: string): Promise<DatasetVersion | null> {
    return this.versions.newest(workspace, datasetId);
  }

  /** The newest version. @throws Problem not-found where nothing was published yet */
  async requireNewest({ workspace, id, name }: Dataset): Promise<DatasetVersion> {
    const version = await this.versions.newest(workspace, id);
    if (!version) throw new Problem('not-found', 'data/no-version', `dataset ${name} has no version yet`, { dataset: name });
    return version;
  }

  async resolve(workspace: string, { by, value }: VersionReference): Promise<VersionOfDataset> {
    if (by === 'version-id') {
      const version = await this.get(workspace, value);
      return { version, dataset: await this.datasets.get(workspace, version.datasetId) };
    }
    const dataset =
      by === 'dataset-id' ? await this.datasets.get(workspace, value) : await this.datasets.getByName(workspace, value);
    return { version: await this.requireNewest(dataset), dataset };
  }

  list({ workspace, id }: Dataset, page: PageRequest): Promise<Page<DatasetVersion>> {
    return this.versions.list(workspace, id, page);
  }

  inputsOf({ workspace, id }: DatasetVersion): Promise<readonly DatasetVersion[]> {
    return this.versions.inputsOf(workspace, id);
  }

  derivedFrom({ workspace, id }: DatasetVersion): Promise<readonly DatasetVersion[]> {
    return this.versions.derivedFrom(workspace, id);
  }
}
