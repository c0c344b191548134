import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { FeaturesServiceService, type Feature } from '#contracts/features/v1/features';
import { ValueType } from '#contracts/platform/v1/object';
import { grpcPeer } from '#libs/grpc';
import { IDENTITY, type HostIdentity } from '#libs/host';
import { Problem } from '#libs/problem';
import type { TrainingEnv } from '../env.js';
import type { Pipeline } from '../pipeline/pipeline.js';
import type { Period } from '../pipeline-run/plan.js';
import { ENV } from '../tokens.js';
import type { FeatureColumn, TrainingSet } from './training-set.js';

const DEADLINE_MS = 10_000;
const BUILD_DEADLINE_MS = 600_000;

/** Asks features for point-in-time training sets. */
@Injectable()
export class TrainingSetPeer implements OnModuleDestroy {
  private readonly features;

  constructor(@Inject(ENV) env: TrainingEnv, @Inject(IDENTITY) identity: HostIdentity) {
    this.features = grpcPeer(FeaturesServiceService, {
      address: env.FEATURES_ADDRESS,
      name: 'features',
      authorization: identity.authorization,
    });
  }

  /** Builds the set of a pipeline over a dataset version, or finds the one of the same definition. */
  async build(
    pipeline: Pipeline,
    datasetVersionId: string,
    { from, to }: Period,
    knownUntil: Date,
    signal: AbortSignal,
  ): Promise<TrainingSet> {
    const { workspace, featureService, momentColumn, labelColumn, labelKnownColumn } = pipeline;
    const request = { featureService, datasetVersionId, momentColumn, labelColumn, labelKnownColumn, from, to, knownUntil };
    const { trainingSet } = await this.features.buildTrainingSet(request, { workspace, deadlineMs: BUILD_DEADLINE_MS, signal });
    const described = await this.features.getFeatureService({ featureService }, { workspace, deadlineMs: DEADLINE_MS });
    const { id, featureServiceId, object, rowCount, labelledRowCount, leakCount } = trainingSet!;
    if (leakCount > 0n) {
      throw new Problem('conflict', 'training/leak', `${leakCount} feature values were known after their row's moment`, {
        trainingSetId: id,
      });
    }
    return {
      id,
      featureServiceId,
      object: { hash: object!.hash, sizeBytes: Number(object!.sizeBytes), mediaType: object!.mediaType },
      rows: Number(rowCount),
      labelledRows: Number(labelledRowCount),
      features: described.featureService!.features.map(columnOf),
    };
  }

  onModuleDestroy(): void {
    this.features.close();
  }
}

function columnOf({ name, type }: Feature): FeatureColumn {
  switch (type) {
    case ValueType.VALUE_TYPE_NUMBER:
    case ValueType.VALUE_TYPE_BOOLEAN:
      return { name, kind: 'numeric' };
    case ValueType.VALUE_TYPE_TEXT:
      return { name, kind: 'category' };
    case ValueType.VALUE_TYPE_TIMESTAMP:
    case ValueType.VALUE_TYPE_DATE:
    case ValueType.VALUE_TYPE_UNSPECIFIED:
    case ValueType.UNRECOGNIZED:
      throw new Problem('invalid', 'training/feature-type', `the feature ${name} is neither number nor text`, { feature: name });
  }
}
