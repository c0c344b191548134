import { Injectable } from '@nestjs/common';
import type { Viewer } from '#libs/identity';
import { newId } from '#libs/ids';
import { Problem } from '#libs/problem';
import { digestOf } from '#libs/storage';
import type { DatasetVersion } from '../dataset/dataset.js';
import { DatasetPeer } from '../dataset/dataset.peer.js';
import { FeatureServiceService, type PlannedService } from '../feature-service/feature-service.service.js';
import type { VectorPlan } from '../feature-service/vector-plan.js';
import { MaterializationService } from '../materialization/materialization.service.js';
import { requestRows, type ValueColumn } from '../online/request-rows.js';
import { OfflineEngine, type OfflineCall, type PinnedSource } from './offline.engine.js';
import { checkRows } from './training-set-checks.js';
import type { TrainingSet, TrainingSetDefinition } from './training-set.js';
import { TrainingSetRepository } from './training-set.repository.js';

/** What is asked for; the service by id or name. */
export type TrainingSetDraft = Omit<TrainingSetDefinition, 'featureServiceId'> & { readonly featureService: string };

export type CallLimits = Omit<OfflineCall, 'workspace'>;

interface Pinned {
  readonly versions: readonly DatasetVersion[];
  readonly sources: readonly PinnedSource[];
}

const MAX_POINT_IN_TIME_ROWS = 5_000;

@Injectable()
export class TrainingSetService {
  constructor(
    private readonly sets: TrainingSetRepository,
    private readonly services: FeatureServiceService,
    private readonly materializations: MaterializationService,
    private readonly datasets: DatasetPeer,
    private readonly offline: OfflineEngine,
  ) {}

  /** Builds a set, or finds the one of the same definition over the same versions. */
  async build({ featureService, ...draft }: TrainingSetDraft, viewer: Viewer, limits: CallLimits): Promise<TrainingSet> {
    const { workspace } = viewer;
    const planned = await this.services.planned(workspace, featureService);
    const definition = { ...draft, featureServiceId: planned.service.id };
    const rows = await this.datasets.version(draft.datasetVersionId, workspace);
    checkRows(definition, planned.plan, rows);
    const pinned = await this.pin(workspace, planned.plan);
    const definitionDigest = digestOf({ definition, sources: pinned.sources });
    const known = await this.sets.find(workspace, { definitionDigest });
    return (
      known ??
      this.sets.add(await this.make(planned, definition, definitionDigest, rows, pinned, { workspace, ...limits }), viewer)
    );
  }

  async get(workspace: string, id: string): Promise<TrainingSet> {
    const set = await this.sets.find(workspace, { id });
    if (!set) throw new Problem('not-found', 'features/training-set', `no training set ${id}`, { id });
    return set;
  }

  find(workspace: string, id: string): Promise<TrainingSet | null> {
    return this.sets.find(workspace, { id });
  }

  /** What an online read should have answered, computed the offline way. */
  async readPointInTime(
    workspace: string,
    featureService: string,
    columns: readonly ValueColumn[],
    momentsMs: readonly number[],
    limits: CallLimits,
  ): Promise<ValueColumn[]> {
    const { plan } = await this.services.planned(workspace, featureService);
    const rows = requestRows(plan.requestColumns, columns, momentsMs, MAX_POINT_IN_TIME_ROWS);
    const { sources } = await this.pin(workspace, plan);
    return this.offline.read(plan, rows, sources, { workspace, ...limits });
  }

  /** The versions that online readers meet now, so that both engines answer from the same rows. */
  private async pin(workspace: string, { bindings }: VectorPlan): Promise<Pinned> {
    const current = await this.materializations.currentOf(workspace, [...new Set(bindings.map(({ view }) => view.id))]);
    const versions = new Map<string, DatasetVersion>();
    for (const { datasetVersionId } of current.values()) {
      if (!versions.has(datasetVersionId))
        versions.set(datasetVersionId, await this.datasets.version(datasetVersionId, workspace));
    }
    const sources = bindings.map(({ view }): PinnedSource => {
      const { datasetVersionId, fractionBits } = current.get(view.id)!;
      const version = versions.get(datasetVersionId)!;
      const keyTypes = view.keyColumns.map((key) =>
        version.columns.find(({ name }) => name === key)?.type === 'number' ? 'number' : 'text',
      );
      return { objectHash: version.objectHash, fractionBits, keyTypes };
    });
    return { versions: [...versions.values()], sources };
  }

  private async make(
    { plan }: PlannedService,
    definition: TrainingSetDefinition,
    definitionDigest: string,
    rows: DatasetVersion,
    { versions, sources }: Pinned,
    call: OfflineCall,
  ): Promise<TrainingSet> {
    const built = await this.offline.build(plan, definition, rows.objectHash, sources, call);
    const { object, evidence, leakReport, labelledRows, labelsNotBinary, statistics } = built;
    if (object.rowCount === 0) throw new Problem('invalid', 'features/no-rows', 'no row of the dataset lies in the period');
    if (labelsNotBinary > 0) {
      throw new Problem('invalid', 'features/label-not-binary', `${labelsNotBinary} labels are neither 0 nor 1`, {
        labels: labelsNotBinary,
      });
    }
    if (leakReport.leaks > 0) {
      throw new Problem('conflict', 'features/leak', `${leakReport.leaks} values were known after their row's moment`, {
        leaks: leakReport.leaks,
      });
    }
    return {
      ...definition,
      id: newId('trainingSet'),
      workspace: call.workspace,
      definitionDigest,
      datasetVersionIds: [...new Set([rows.id, ...versions.map(({ id }) => id)])],
      objectHash: object.hash,
      objectSizeBytes: object.sizeBytes,
      evidenceHash: evidence.hash,
      rows: object.rowCount,
      labelledRows,
      leakReport,
      statistics,
      createdAt: new Date(),
    };
  }
}
