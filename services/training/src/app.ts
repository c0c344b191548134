import { TrainingServiceService } from '#contracts/training/v1/training';
import { evidenceDoor, measureBySql } from '#libs/evidence';
import { grpcDoor } from '#libs/grpc';
import { startHost, type RunningService } from '#libs/host';
import { Storage } from '#libs/storage';
import type { TrainingEnv } from './env.js';
import { EVIDENCE } from './evidence/evidence.questions.js';
import { sdl } from './graphql.generated.js';
import { AlertRaisedConsumer } from './pipeline-run/alert-raised.consumer.js';
import { RunGrpc } from './run/run.grpc.js';
import { TrainingModule } from './training.module.js';
import { WorkflowEngine } from './workflow/workflow.engine.js';

/** Starts training. */
export function start(env: TrainingEnv): Promise<RunningService> {
  return startHost({
    service: 'training',
    env,
    sdl,
    imports: [TrainingModule.with(env)],
    grpc: (app) => [
      grpcDoor(TrainingServiceService, RunGrpc.permissions, app.get(RunGrpc)),
      evidenceDoor((workspace, asked) => measureBySql(app.get(Storage).db, workspace, EVIDENCE, asked)),
    ],
    ready: (app) => app.get(Storage).checks(),
    work: async (app) => [
      app.get(WorkflowEngine).start(),
      ...(await app.get(Storage).work({ group: 'training', handlers: app.get(AlertRaisedConsumer).handlers })),
    ],
  });
}
