import { Module, type DynamicModule } from '@nestjs/common';
import { LOG } from '#libs/host';
import { InferencePool } from '#libs/inference';
import type { Logger } from '#libs/log';
import type { InferenceEnv } from '../env.js';
import { InferenceGrpc } from './inference.grpc.js';
import { InferenceMetrics } from './inference.metrics.js';
import { ModelHost } from './model.host.js';
import { ModelVersionPeer } from './model-version.peer.js';

function openPool(env: InferenceEnv, log: Logger): InferencePool {
  return new InferencePool({
    workers: env.INFERENCE_PROCESSES,
    onEvent: (event) => {
      if (event.kind === 'worker-exited') log.error({ ...event.exit }, 'an inference process ended and is replaced');
      if (event.kind === 'model-failed') log.error({ model: event.hash, err: event.error }, 'a model could not be loaded');
    },
  });
}

/** The providers of the part that runs models: it has no database, and an `OBJECTS` must be at hand. */
export function inferenceProviders(env: InferenceEnv) {
  return [
    { provide: InferencePool, useFactory: (log: Logger) => openPool(env, log), inject: [LOG] },
    ModelHost,
    ModelVersionPeer,
    InferenceMetrics,
    InferenceGrpc,
  ];
}

/** The inference part alone. */
@Module({})
export class InferenceModule {
  static with(env: InferenceEnv, objects: DynamicModule): DynamicModule {
    return { module: InferenceModule, imports: [objects], providers: inferenceProviders(env) };
  }
}
