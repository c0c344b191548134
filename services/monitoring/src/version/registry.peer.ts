import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { RegistryServiceService, VersionKind } from '#contracts/registry/v1/registry';
import { grpcPeer } from '#libs/grpc';
import { IDENTITY, type HostIdentity } from '#libs/host';
import type { MonitoringEnv } from '../env.js';
import { ENV } from '../tokens.js';
import { DEFAULT_DAY_SHOCK_VARIANCE } from './watched-version.js';

const DEADLINE_MS = 5_000;

/** What monitoring needs to know of a registered version. */
export interface RegisteredVersion {
  readonly kind: 'rule' | 'trained';
  readonly featureServiceId: string;
  readonly trainingSetIds: readonly string[];
  readonly dayShockVariance: number;
  readonly actedDayShockVariance: number;
}

@Injectable()
export class RegistryPeer implements OnModuleDestroy {
  private readonly registry;

  constructor(@Inject(ENV) env: MonitoringEnv, @Inject(IDENTITY) { authorization }: HostIdentity) {
    this.registry = grpcPeer(RegistryServiceService, { address: env.REGISTRY_ADDRESS, name: 'registry', authorization });
  }

  async version(workspace: string, modelVersionId: string): Promise<RegisteredVersion> {
    const { version } = await this.registry.getModelVersion({ modelVersionId }, { workspace, deadlineMs: DEADLINE_MS });
    const { kind, featureServiceId, trainingSetIds, evaluation } = version!;
    return {
      kind: kind === VersionKind.VERSION_KIND_RULE ? 'rule' : 'trained',
      featureServiceId,
      trainingSetIds,
      // 0 stands for not measured: a day without any shock of its own would make the test cry wolf.
      dayShockVariance: evaluation?.dayShockVariance || DEFAULT_DAY_SHOCK_VARIANCE,
      actedDayShockVariance: evaluation?.actedDayShockVariance || DEFAULT_DAY_SHOCK_VARIANCE,
    };
  }

  onModuleDestroy(): void {
    this.registry.close();
  }
}
