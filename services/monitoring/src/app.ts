import { MonitoringServiceService } from '#contracts/monitoring/v1/monitoring';
import { evidenceDoor, measureBySql } from '#libs/evidence';
import { grpcDoor } from '#libs/grpc';
import { startHost, type RunningService } from '#libs/host';
import { Storage } from '#libs/storage';
import { AlertGrpc } from './alert/alert.grpc.js';
import { DecisionConsumer } from './decision/decision.consumer.js';
import type { MonitoringEnv } from './env.js';
import { EvaluationJob } from './evaluation/evaluation.job.js';
import { EVIDENCE } from './evidence/evidence.questions.js';
import { sdl } from './graphql.generated.js';
import { EndpointConsumer } from './monitor/endpoint.consumer.js';
import { MonitoringModule } from './monitoring.module.js';

/** Starts monitoring. */
export function start(env: MonitoringEnv): Promise<RunningService> {
  return startHost({
    service: 'monitoring',
    env,
    sdl,
    imports: [MonitoringModule.with(env)],
    grpc: (app) => [
      grpcDoor(MonitoringServiceService, AlertGrpc.permissions, app.get(AlertGrpc)),
      evidenceDoor((workspace, asked) => measureBySql(app.get(Storage).db, workspace, EVIDENCE, asked)),
    ],
    ready: (app) => app.get(Storage).checks(),
    work: async (app) => {
      const handlers = [...app.get(DecisionConsumer).handlers(), ...app.get(EndpointConsumer).handlers()];
      const consumers = await app.get(Storage).work({ group: 'monitoring.watch', handlers });
      return [app.get(EvaluationJob).start(), ...consumers];
    },
  });
}
