import { RegistryServiceService } from '#contracts/registry/v1/registry';
import { evidenceDoor, measureBySql } from '#libs/evidence';
import { grpcDoor } from '#libs/grpc';
import { startHost, type RunningService } from '#libs/host';
import { Storage } from '#libs/storage';
import type { RegistryEnv } from './env.js';
import { EVIDENCE } from './evidence/evidence.questions.js';
import { sdl } from './graphql.generated.js';
import { ModelVersionGrpc } from './model-version/model-version.grpc.js';
import { RegistryModule } from './registry.module.js';

/** Starts the registry. */
export function start(env: RegistryEnv): Promise<RunningService> {
  return startHost({
    service: 'registry',
    env,
    sdl,
    imports: [RegistryModule.with(env)],
    grpc: (app) => [
      grpcDoor(RegistryServiceService, ModelVersionGrpc.permissions, app.get(ModelVersionGrpc)),
      evidenceDoor((workspace, asked) => measureBySql(app.get(Storage).db, workspace, EVIDENCE, asked)),
    ],
    ready: (app) => app.get(Storage).checks(),
    work: (app) => app.get(Storage).work(),
  });
}
