import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { RegistryServiceService } from '#contracts/registry/v1/registry';
import { grpcPeer } from '#libs/grpc';
import { IDENTITY, type HostIdentity } from '#libs/host';
import type { InferenceEnv } from '../env.js';
import { ENV } from '../tokens.js';
import type { ModelVersion } from './model-version.js';
import { versionFromProto } from './model-version.proto.js';

const DEADLINE_MS = 5_000;
/** An alias may move; calls notice it after so long. */
const RESOLVED_MS = 5_000;
const REMEMBERED = 1_000;

interface Resolved {
  readonly version: ModelVersion;
  readonly untilMs: number;
}

/** Asks the registry which version is meant. */
@Injectable()
export class ModelVersionPeer implements OnModuleDestroy {
  private readonly registry;
  private readonly resolved = new Map<string, Resolved>();

  constructor(@Inject(ENV) env: InferenceEnv, @Inject(IDENTITY) identity: HostIdentity) {
    this.registry = grpcPeer(RegistryServiceService, {
      address: env.REGISTRY_ADDRESS,
      name: 'registry',
      authorization: identity.authorization,
    });
  }

  /** @throws Problem not-found for an unknown version */
  async get(workspace: string, modelVersionId: string): Promise<ModelVersion> {
    const { version } = await this.registry.getModelVersion({ modelVersionId }, { workspace, deadlineMs: DEADLINE_MS });
    return versionFromProto(version);
  }

  /**
   * The version of `name`, `name@alias` or `name:number`, asked again every few seconds; while the registry is away the last answer
   * holds, because a model that runs does not stop being the right one.
   * @throws Problem not-found `registry/model`, conflict `registry/alias-not-set`, invalid `registry/model-reference`
   */
  async resolve(workspace: string, reference: string): Promise<ModelVersion> {
    const key = `${workspace}/${reference}`;
    const known = this.resolved.get(key);
    if (known && Date.now() < known.untilMs) return known.version;
    try {
      const { version } = await this.registry.resolveModel({ reference }, { workspace, deadlineMs: DEADLINE_MS });
      return this.remember(key, versionFromProto(version));
    } catch (error) {
      if (known && (error as { kind?: string }).kind === 'unavailable') return known.version;
      throw error;
    }
  }

  private remember(key: string, version: ModelVersion): ModelVersion {
    this.resolved.delete(key);
    if (this.resolved.size >= REMEMBERED) this.resolved.delete(this.resolved.keys().next().value!);
    this.resolved.set(key, { version, untilMs: Date.now() + RESOLVED_MS });
    return version;
  }

  onModuleDestroy(): void {
    this.registry.close();
  }
}
