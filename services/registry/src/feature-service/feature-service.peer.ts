import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { FeaturesServiceService } from '#contracts/features/v1/features';
import { ValueType } from '#contracts/platform/v1/object';
import { grpcPeer } from '#libs/grpc';
import { IDENTITY, type HostIdentity } from '#libs/host';
import type { RegistryEnv } from '../env.js';
import { ENV } from '../tokens.js';
import type { FeatureService } from './feature-service.js';

const DEADLINE_MS = 5_000;

/** Asks the features service what a vector holds. */
@Injectable()
export class FeatureServicePeer implements OnModuleDestroy {
  private readonly features;

  constructor(@Inject(ENV) env: RegistryEnv, @Inject(IDENTITY) identity: HostIdentity) {
    this.features = grpcPeer(FeaturesServiceService, {
      address: env.FEATURES_ADDRESS,
      name: 'features',
      authorization: identity.authorization,
    });
  }

  /** @throws Problem not-found */
  async get(idOrName: string, workspace: string): Promise<FeatureService> {
    const { featureService } = await this.features.getFeatureService(
      { featureService: idOrName },
      { workspace, deadlineMs: DEADLINE_MS },
    );
    const features = featureService!.features.map(({ name, type }) => ({
      name,
      type: type === ValueType.VALUE_TYPE_TEXT ? ('text' as const) : ('number' as const),
    }));
    return { id: featureService!.id, features };
  }

  onModuleDestroy(): void {
    this.features.close();
  }
}
