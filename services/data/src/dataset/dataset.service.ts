import { Injectable } from '@nestjs/common';
import type { Page, PageRequest } from '#libs/database';
import type { Viewer } from '#libs/identity';
import { newId } from '#libs/ids';
import { Problem } from '#libs/problem';
import { classificationsFrom, requireDatasetName, type Classification, type Dataset } from './dataset.js';
import { DatasetRepository } from './dataset.repository.js';

export interface ColumnClassification {
  readonly column: string;
  readonly classification: Classification;
}

export interface DatasetDraft {
  readonly name: string;
  readonly description: string;
  readonly classifications: readonly ColumnClassification[];
  readonly idempotencyKey: string | null;
}

@Injectable()
export class DatasetService {
  constructor(private readonly datasets: DatasetRepository) {}

  /** Makes a dataset known; whoever creates it answers for it. */
  create({ name, description, classifications, idempotencyKey }: DatasetDraft, viewer: Viewer): Promise<Dataset> {
    requireDatasetName(name);
    const dataset: Dataset = {
      id: newId('dataset'),
      workspace: viewer.workspace,
      name,
      description,
      owner: viewer.name,
      ownerId: viewer.id,
      classifications: classificationsFrom(classifications),
      createdAt: new Date(),
    };
    return this.datasets.create(dataset, viewer, idempotencyKey);
  }

  /** Guards columns more or less closely from now on, in every version. */
  async classify(id: string, stated: readonly ColumnClassification[], viewer: Viewer): Promise<Dataset> {
    const changed = classificationsFrom(stated);
    return this.datasets.change(viewer.workspace, id, viewer, 'classify-columns', (dataset) => ({
      ...dataset,
      classifications: { ...dataset.classifications, ...changed },
    }));
  }

  async get(workspace: string, id: string): Promise<Dataset> {
    const dataset = await this.datasets.find(workspace, { id });
    if (!dataset) throw new Problem('not-found', 'data/dataset', `no dataset ${id}`, { id });
    return dataset;
  }

  async getByName(workspace: string, name: string): Promise<Dataset> {
    const dataset = await this.datasets.find(workspace, { name });
    if (!dataset)
      throw new Problem('not-found', 'data/dataset', `no dataset ${name.slice(0, 100)}`, { name: name.slice(0, 100) });
    return dataset;
  }

  findByName(workspace: string, name: string): Promise<Dataset | null> {
    return this.datasets.find(workspace, { name });
  }

  list(workspace: string, page: PageRequest): Promise<Page<Dataset>> {
    return this.datasets.list(workspace, page);
  }
}
