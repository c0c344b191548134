import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { FeaturesServiceService } from '#contracts/features/v1/features';
import { grpcPeer } from '#libs/grpc';
import { IDENTITY, type HostIdentity } from '#libs/host';
import { columnFromProto, columnToProto } from '../decision/decision.proto.js';
import type { MonitoringEnv } from '../env.js';
import { ENV } from '../tokens.js';
import type { FeatureColumn } from '../window/vector-columns.js';

const DEADLINE_MS = 5_000;
const OFFLINE_DEADLINE_MS = 120_000;

@Injectable()
export class FeaturesPeer implements OnModuleDestroy {
  private readonly features;

  constructor(@Inject(ENV) env: MonitoringEnv, @Inject(IDENTITY) { authorization }: HostIdentity) {
    this.features = grpcPeer(FeaturesServiceService, { address: env.FEATURES_ADDRESS, name: 'features', authorization });
  }

  /** The Parquet object of a training set, by content hash. */
  async trainingSetObject(workspace: string, trainingSetId: string): Promise<string> {
    const { trainingSet } = await this.features.getTrainingSet({ trainingSetId }, { workspace, deadlineMs: DEADLINE_MS });
    return trainingSet!.object!.hash;
  }

  /** Names of the features that a vector of the service holds. */
  async featureNames(workspace: string, featureService: string): Promise<readonly string[]> {
    const answer = await this.features.getFeatureService({ featureService }, { workspace, deadlineMs: DEADLINE_MS });
    return answer.featureService!.features.map(({ name }) => name);
  }

  /** Vectors as the offline engine computes them for the same requests and moments. */
  async pointInTime(
    workspace: string,
    featureService: string,
    rows: readonly FeatureColumn[],
    asOf: readonly Date[],
  ): Promise<readonly FeatureColumn[]> {
    const request = { featureService, rows: rows.map(columnToProto), asOf: [...asOf] };
    const { features } = await this.features.readPointInTime(request, { workspace, deadlineMs: OFFLINE_DEADLINE_MS });
    return features.map(columnFromProto);
  }

  onModuleDestroy(): void {
    this.features.close();
  }
}
