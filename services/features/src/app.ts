import { FeaturesServiceService } from '#contracts/features/v1/features';
import { evidenceDoor, measureBySql } from '#libs/evidence';
import { grpcDoor } from '#libs/grpc';
import { startHost, type RunningService } from '#libs/host';
import { Storage } from '#libs/storage';
import type { FeaturesEnv } from './env.js';
import { EVIDENCE } from './evidence/evidence.questions.js';
import { FeaturesGrpc } from './feature-service/features.grpc.js';
import { FeaturesModule } from './features.module.js';
import { sdl } from './graphql.generated.js';
import { DatasetVersionPublishedConsumer } from './materialization/dataset-version-published.consumer.js';
import { MaterializationRunner } from './materialization/materialization.runner.js';

/** Starts the features service. */
export function start(env: FeaturesEnv): Promise<RunningService> {
  return startHost({
    service: 'features',
    env,
    sdl,
    imports: [FeaturesModule.with(env)],
    grpc: (app) => [
      grpcDoor(FeaturesServiceService, FeaturesGrpc.permissions, app.get(FeaturesGrpc)),
      evidenceDoor((workspace, asked) => measureBySql(app.get(Storage).db, workspace, EVIDENCE, asked)),
    ],
    ready: (app) => app.get(Storage).checks(),
    work: async (app) => [
      app.get(MaterializationRunner).start(),
      ...(await app.get(Storage).work({ group: 'features', handlers: app.get(DatasetVersionPublishedConsumer).handlers() })),
    ],
  });
}
