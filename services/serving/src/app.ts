import { GRPCInferenceServiceService } from '#contracts/inference/open_inference_grpc';
import { ServingServiceService } from '#contracts/serving/v1/serving';
import { evidenceDoor, measureBySql } from '#libs/evidence';
import { grpcDoor } from '#libs/grpc';
import { startHost, type RunningService } from '#libs/host';
import { Storage } from '#libs/storage';
import { DecisionShipper } from './decision/decision.shipper.js';
import { EndpointDirectory } from './endpoint/endpoint.directory.js';
import { EndpointGrpc } from './endpoint/endpoint.grpc.js';
import type { ServingEnv } from './env.js';
import { EVIDENCE } from './evidence/evidence.questions.js';
import { sdl } from './graphql.generated.js';
import { InferenceGrpc } from './inference/inference.grpc.js';
import { ServingModule } from './serving.module.js';

/** Starts serving. */
export function start(env: ServingEnv): Promise<RunningService> {
  return startHost({
    service: 'serving',
    env,
    sdl,
    imports: [ServingModule.with(env)],
    grpc: (app) => [
      grpcDoor(GRPCInferenceServiceService, InferenceGrpc.permissions, app.get(InferenceGrpc)),
      grpcDoor(ServingServiceService, EndpointGrpc.permissions, app.get(EndpointGrpc)),
      evidenceDoor((workspace, asked) => measureBySql(app.get(Storage).db, workspace, EVIDENCE, asked)),
    ],
    // Not ready before what answered until the last stop is loaded again.
    ready: (app) => [...app.get(Storage).checks(), { name: 'models', check: () => app.get(EndpointDirectory).warmUp() }],
    work: async (app) => {
      void app
        .get(EndpointDirectory)
        .warmUp()
        .catch(() => undefined); // readiness asks again, and says so
      return [app.get(DecisionShipper).start(), ...(await app.get(Storage).work())];
    },
  });
}
