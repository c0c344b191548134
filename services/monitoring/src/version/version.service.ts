import { Inject, Injectable } from '@nestjs/common';
import { LOG } from '#libs/host';
import type { Logger } from '#libs/log';
import { Problem } from '#libs/problem';
import type { MonitorAddress } from '../monitor/monitor.repository.js';
import type { FeatureReference } from '../window/feature-reference.js';
import { FeaturesPeer } from './features.peer.js';
import { RegistryPeer, type RegisteredVersion } from './registry.peer.js';
import { TrainingSetReader } from './training-set.reader.js';
import { VersionRepository } from './version.repository.js';

/** Problems that pass by themselves: ask again later instead of freezing something else. */
const PASSING: readonly string[] = ['unavailable', 'deadline', 'exhausted', 'cancelled'];

@Injectable()
export class VersionService {
  constructor(
    private readonly versions: VersionRepository,
    private readonly registry: RegistryPeer,
    private readonly features: FeaturesPeer,
    private readonly trainingSets: TrainingSetReader,
    @Inject(LOG) private readonly log: Logger,
  ) {}

  /** Freezes the references of versions that decided for the first time. Nothing is evaluated before. */
  async freezeNew({ workspace, id }: MonitorAddress): Promise<void> {
    for (const versionId of await this.versions.unknown(workspace, id)) {
      const version = await this.registry.version(workspace, versionId);
      const reference = await this.referenceOf(workspace, versionId, version);
      const { kind, featureServiceId, dayShockVariance, actedDayShockVariance } = version;
      const referenceKind = reference ? 'training-set' : 'first-window';
      const facts = { kind, featureServiceId, dayShockVariance, actedDayShockVariance, referenceKind, reference } as const;
      await this.versions.freeze(workspace, id, versionId, facts);
    }
  }

  /** The training sets' distributions; null where there is none to read: then the first full window will be the reference. */
  private async referenceOf(
    workspace: string,
    versionId: string,
    { featureServiceId, trainingSetIds }: RegisteredVersion,
  ): Promise<readonly FeatureReference[] | null> {
    if (trainingSetIds.length === 0) return null;
    try {
      const objects = await Promise.all(
        trainingSetIds.map((trainingSetId) => this.features.trainingSetObject(workspace, trainingSetId)),
      );
      const names = await this.features.featureNames(workspace, featureServiceId);
      return await this.trainingSets.reference(workspace, objects, names);
    } catch (error) {
      if (!(error instanceof Problem) || PASSING.includes(error.kind)) throw error;
      this.log.warn(
        { versionId, problem: error.slug, err: error },
        'the training set cannot be read, the first window becomes the reference',
      );
      return null;
    }
  }
}
