import { DataServiceService } from '#contracts/data/v1/data';
import { evidenceDoor, measureBySql } from '#libs/evidence';
import { grpcDoor } from '#libs/grpc';
import { startHost, type RunningService } from '#libs/host';
import { Storage } from '#libs/storage';
import { DataModule } from './data.module.js';
import { CollectService } from './dataset/collect.service.js';
import { DatasetVersionGrpc } from './dataset-version/dataset-version.grpc.js';
import type { DataEnv } from './env.js';
import { EVIDENCE } from './evidence/evidence.questions.js';
import { sdl } from './graphql.generated.js';
import { JobRunner } from './job/job.runner.js';
import { ProfileService } from './profile/profile.service.js';
import { TransformRunService } from './transform/transform-run.service.js';

/** Starts the data service. */
export function start(env: DataEnv): Promise<RunningService> {
  return startHost({
    service: 'data',
    env,
    sdl,
    imports: [DataModule.with(env)],
    grpc: (app) => [
      grpcDoor(DataServiceService, DatasetVersionGrpc.permissions, app.get(DatasetVersionGrpc)),
      evidenceDoor((workspace, asked) => measureBySql(app.get(Storage).db, workspace, EVIDENCE, asked)),
    ],
    ready: (app) => app.get(Storage).checks(),
    work: async (app) => [
      app.get(JobRunner).start([app.get(CollectService), app.get(TransformRunService), app.get(ProfileService)]),
      ...(await app.get(Storage).work()),
    ],
  });
}
