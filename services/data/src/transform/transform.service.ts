import { Inject, Injectable } from '@nestjs/common';
import type { Viewer } from '#libs/identity';
import { Problem } from '#libs/problem';
import type { SqlEngine, TableSource } from '#libs/sql';
import type { Dataset } from '../dataset/dataset.js';
import { DatasetService } from '../dataset/dataset.service.js';
import { DatasetVersionService, type VersionOfDataset } from '../dataset-version/dataset-version.service.js';
import { SQL } from '../tokens.js';
import { requireTransform, type Transform, type TransformDraft } from './transform.js';
import { TransformRepository } from './transform.repository.js';

@Injectable()
export class TransformService {
  constructor(
    private readonly transforms: TransformRepository,
    private readonly datasets: DatasetService,
    private readonly versions: DatasetVersionService,
    @Inject(SQL) private readonly engine: SqlEngine,
  ) {}

  /** Stores a statement that was judged, and bound to its inputs as they are now, so that a mistake shows here and not at night. */
  async define(draft: TransformDraft, viewer: Viewer): Promise<Transform> {
    requireTransform(draft);
    await this.datasets.get(viewer.workspace, draft.outputDatasetId);
    const inputs = await this.newestInputs(viewer.workspace, draft.inputDatasetIds);
    await this.engine.check({ sql: draft.sql, tables: tablesOf(inputs), orderBy: draft.orderBy });
    return this.transforms.revise(draft, viewer);
  }

  async get(workspace: string, id: string): Promise<Transform> {
    const transform = await this.transforms.find(workspace, id);
    if (!transform) throw new Problem('not-found', 'data/transform', `no transform ${id}`, { id });
    return transform;
  }

  /** The newest revision of the transform that this revision belongs to. */
  async newestRevision(workspace: string, id: string): Promise<Transform> {
    const { name } = await this.get(workspace, id);
    return (await this.transforms.newestOf(workspace, name))!;
  }

  findByName(workspace: string, name: string): Promise<Transform | null> {
    return this.transforms.newestOf(workspace, name);
  }

  /** The newest version of each input, in the order in which the transform names them. */
  async newestInputs(workspace: string, datasetIds: readonly string[]): Promise<readonly VersionOfDataset[]> {
    const inputs: VersionOfDataset[] = [];
    for (const value of datasetIds) inputs.push(await this.versions.resolve(workspace, { by: 'dataset-id', value }));
    return inputs;
  }

  async inputsOf({ workspace, inputDatasetIds }: Transform): Promise<readonly Dataset[]> {
    return Promise.all(inputDatasetIds.map((id) => this.datasets.get(workspace, id)));
  }

  outputOf({ workspace, outputDatasetId }: Transform): Promise<Dataset> {
    return this.datasets.get(workspace, outputDatasetId);
  }
}

/** Each input as the table of its dataset's name. */
export function tablesOf(inputs: readonly VersionOfDataset[]): Readonly<Record<string, TableSource>> {
  return Object.fromEntries(
    inputs.map(({ dataset, version }) => [dataset.name, { workspace: dataset.workspace, objects: [version.object.hash] }]),
  );
}
