import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { RegistryServiceService } from '#contracts/registry/v1/registry';
import { grpcPeer } from '#libs/grpc';
import { IDENTITY, type HostIdentity } from '#libs/host';
import type { TrainingEnv } from '../env.js';
import { ENV } from '../tokens.js';
import type { Model, RegisteredVersion } from './model-version.js';
import { registrationToProto, type Registration } from './model-version.proto.js';

const DEADLINE_MS = 30_000;

/** Asks the registry about models and registers what pipelines make. */
@Injectable()
export class ModelVersionPeer implements OnModuleDestroy {
  private readonly registry;

  constructor(@Inject(ENV) env: TrainingEnv, @Inject(IDENTITY) identity: HostIdentity) {
    this.registry = grpcPeer(RegistryServiceService, {
      address: env.REGISTRY_ADDRESS,
      name: 'registry',
      authorization: identity.authorization,
    });
  }

  /** @throws Problem not-found */
  model(workspace: string, modelId: string): Promise<Model> {
    return this.registry.getModel({ modelId }, { workspace, deadlineMs: DEADLINE_MS });
  }

  /** @throws Problem not-found */
  async version(workspace: string, modelVersionId: string): Promise<RegisteredVersion> {
    const { version } = await this.registry.getModelVersion({ modelVersionId }, { workspace, deadlineMs: DEADLINE_MS });
    const { id, artifact, threshold } = version!;
    const { hash, sizeBytes, mediaType } = artifact!;
    return { id, artifact: { hash, sizeBytes: Number(sizeBytes), mediaType }, threshold };
  }

  /** Registers a version; the same run registers one version, however often it asks. */
  async register(workspace: string, registration: Registration): Promise<string> {
    const request = registrationToProto(registration);
    const { version } = await this.registry.registerModelVersion(request, { workspace, deadlineMs: DEADLINE_MS });
    return version!.id;
  }

  onModuleDestroy(): void {
    this.registry.close();
  }
}
