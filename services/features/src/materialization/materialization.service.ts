import { Inject, Injectable } from '@nestjs/common';
import type { Viewer } from '#libs/identity';
import { newId } from '#libs/ids';
import { Problem } from '#libs/problem';
import type { OnlineStore } from '#libs/online-store';
import { DatasetPeer } from '../dataset/dataset.peer.js';
import { checkSource } from '../feature-view/view-checks.js';
import { FeatureViewService } from '../feature-view/feature-view.service.js';
import { ONLINE } from '../tokens.js';
import { cancel, fail, finish, newMaterialization, type Materialization, type MaterializationResult } from './materialization.js';
import { MaterializationRepository } from './materialization.repository.js';
import { MaterializationWakeUp } from './materialization.wake-up.js';
import { ViewLoader, type OnProgress } from './view.loader.js';

@Injectable()
export class MaterializationService {
  constructor(
    private readonly materializations: MaterializationRepository,
    private readonly views: FeatureViewService,
    private readonly datasets: DatasetPeer,
    private readonly loader: ViewLoader,
    @Inject(ONLINE) private readonly online: OnlineStore,
    private readonly wakeUp: MaterializationWakeUp,
  ) {}

  /** Asks for the newest version of the view's source to be brought online. */
  async request(featureViewId: string, viewer: Viewer): Promise<Materialization> {
    const { workspace } = viewer;
    const view = await this.views.get(workspace, featureViewId);
    const version = await this.datasets.newestOf(view.sourceDatasetId, workspace);
    checkSource(view, version);
    const job = newMaterialization(
      { id: newId('materialization'), workspace, featureViewId, datasetVersionId: version.id, requestedBy: viewer.id },
      new Date(),
    );
    const stored = await this.materializations.request(job, viewer);
    this.wakeUp.notify();
    return stored;
  }

  async cancel(id: string, viewer: Viewer): Promise<Materialization> {
    return this.materializations.end(viewer.workspace, id, (job) => cancel(job, new Date()), viewer);
  }

  async get(workspace: string, id: string): Promise<Materialization> {
    const job = await this.materializations.find(workspace, id);
    if (!job) throw new Problem('not-found', 'features/materialization', `no materialization ${id}`, { id });
    return job;
  }

  find(workspace: string, id: string): Promise<Materialization | null> {
    return this.materializations.find(workspace, id);
  }

  newestOf(workspace: string, featureViewId: string): Promise<Materialization | null> {
    return this.materializations.newestOf(workspace, featureViewId);
  }

  /** What readers meet of each view. @throws Problem conflict `features/not-materialized` where a view was never brought online */
  async currentOf(workspace: string, featureViewIds: readonly string[]): Promise<ReadonlyMap<string, Materialization>> {
    const current = new Map(
      (await this.materializations.currentOf(workspace, featureViewIds)).map((job) => [job.featureViewId, job]),
    );
    const missing = featureViewIds.find((id) => !current.has(id));
    if (missing === undefined) return current;
    throw new Problem('conflict', 'features/not-materialized', `the view ${missing} has never been materialized`, {
      featureViewId: missing,
    });
  }

  /** Does a job: fills a generation, lets readers meet it, records that it is done, and removes what nobody reads any more. */
  async perform(workspace: string, id: string, signal: AbortSignal, onProgress: OnProgress): Promise<void> {
    const job = await this.get(workspace, id);
    const view = await this.views.get(workspace, job.featureViewId);
    const version = await this.datasets.version(job.datasetVersionId, workspace);
    checkSource(view, version);
    const result = await this.loader.load(view, version, id, signal, onProgress);
    await this.publish(workspace, view.id, id, result);
    await this.sweep(workspace, view.id);
  }

  /** Readers meet the generation, then the record says so; where it may not any more (cancelled meanwhile), they get the old one back. */
  private async publish(workspace: string, viewId: string, id: string, result: MaterializationResult): Promise<void> {
    const before = await this.online.publish(workspace, viewId, id);
    try {
      await this.materializations.end(workspace, id, (current) => finish(current, result, new Date()));
    } catch (error) {
      if (before !== null && before !== id) await this.online.publish(workspace, viewId, before);
      throw error;
    }
  }

  /** The fill is of no use to anybody: what readers met before stays. */
  async giveUp(workspace: string, id: string, reason: string): Promise<void> {
    const job = await this.materializations.end(workspace, id, (current) => fail(current, reason, new Date()));
    await this.sweep(workspace, job.featureViewId);
  }

  async sweep(workspace: string, featureViewId: string): Promise<void> {
    for (const generation of await this.materializations.supersededOf(workspace, featureViewId)) {
      await this.online.remove(workspace, generation);
    }
  }
}
