import { Injectable } from '@nestjs/common';
import type { Viewer } from '#libs/identity';
import { newId } from '#libs/ids';
import { Problem } from '#libs/problem';
import type { Page, PageRequest } from '#libs/database';
import { DatasetPeer } from '../dataset/dataset.peer.js';
import { EntityService } from '../entity/entity.service.js';
import type { FeatureView, LatestView, WindowView } from './feature-view.js';
import { FeatureViewRepository } from './feature-view.repository.js';
import { checkDefinition, checkSource } from './view-checks.js';

type Draft<View extends FeatureView> = Omit<View, 'id' | 'workspace' | 'createdAt'>;
export type ViewDraft = Draft<LatestView> | Draft<WindowView>;

@Injectable()
export class FeatureViewService {
  constructor(
    private readonly views: FeatureViewRepository,
    private readonly entities: EntityService,
    private readonly datasets: DatasetPeer,
  ) {}

  /** Defines a view over a dataset that has a version: without one nobody could say whether its columns are there. */
  async create(draft: ViewDraft, idempotencyKey: string | null, viewer: Viewer): Promise<FeatureView> {
    const { workspace } = viewer;
    const view: FeatureView = { ...draft, id: newId('featureView'), workspace, createdAt: new Date() };
    checkDefinition(view, await this.entities.get(workspace, view.entityId));
    checkSource(view, await this.datasets.newestOf(view.sourceDatasetId, workspace));
    return this.views.create(view, viewer, idempotencyKey);
  }

  async get(workspace: string, id: string): Promise<FeatureView> {
    const view = await this.views.find(workspace, { id });
    if (!view) throw new Problem('not-found', 'features/view', `no feature view ${id}`, { id });
    return view;
  }

  findByName(workspace: string, name: string): Promise<FeatureView | null> {
    return this.views.find(workspace, { name });
  }

  findAll(workspace: string, ids: readonly string[]): Promise<readonly FeatureView[]> {
    return this.views.findAll(workspace, ids);
  }

  ofDataset(workspace: string, datasetId: string): Promise<readonly FeatureView[]> {
    return this.views.ofDataset(workspace, datasetId);
  }

  list(workspace: string, page: PageRequest): Promise<Page<FeatureView>> {
    return this.views.page(workspace, page);
  }
}
