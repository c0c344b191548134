import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Module } from '@nestjs/common';
import { GRPCInferenceServiceService } from '#contracts/inference/open_inference_grpc';
import { grpcDoor } from '#libs/grpc';
import { hostIdentity, startHost, type RunningService } from '#libs/host';
import { FolderObjectStore } from '#libs/objects';
import { OBJECTS } from '#libs/storage';
import { openIssuer, type IssuerDoor } from '#libs/testkit';
import { InferenceCaller, input, request } from '../fixture/inference-caller.fixture.js';
import { Neighbours } from '../fixture/neighbours.fixture.js';
import type { InferenceEnv } from '../env.js';
import { ENV } from '../tokens.js';
import { InferenceGrpc } from './inference.grpc.js';
import { InferenceModule } from './inference.module.js';

@Module({})
class ObjectsModule {}

let folder: string;
let door: IssuerDoor;
let neighbours: Neighbours;
let service: RunningService;
let caller: InferenceCaller;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'inference-'));
  door = await openIssuer(folder);
  neighbours = new Neighbours();
  const host = {
    NODE_ENV: 'test',
    LISTEN_HOST: '127.0.0.1',
    HTTP_PORT: 0,
    GRPC_PORT: 0,
    ISSUER_URL: door.url,
    SERVICE_SECRET: door.issuer.secretOf('serving'),
    LOG_LEVEL: 'silent',
    DRAIN_MS: 1_000,
  } as const;
  const address = await neighbours.start((bearer) => hostIdentity('serving', host).verify(bearer));
  const env: InferenceEnv = {
    ...host,
    REGISTRY_ADDRESS: address,
    OBJECTS_FOLDER: join(folder, 'objects'),
    INFERENCE_PROCESSES: 1,
  };
  const objects = await FolderObjectStore.open(env.OBJECTS_FOLDER);
  await neighbours.addRule(objects, 'mv_rule', 1, 'late_share > 0.3');
  const provided = [
    { provide: ENV, useValue: env },
    { provide: OBJECTS, useValue: objects },
  ];
  const surroundings = {
    module: ObjectsModule,
    global: true,
    providers: provided,
    exports: provided.map(({ provide }) => provide),
  };
  service = await startHost({
    service: 'serving',
    env,
    imports: [InferenceModule.with(env, surroundings)],
    grpc: (app) => [grpcDoor(GRPCInferenceServiceService, InferenceGrpc.permissions, app.get(InferenceGrpc))],
  });
  caller = new InferenceCaller(`127.0.0.1:${service.grpcPort}`, `Bearer ${await door.issuer.tokenForRole('ml-engineer')}`);
});
afterAll(async () => {
  caller.close();
  await service.stop();
  await neighbours.stop();
  await door.stop();
  await rm(folder, { recursive: true, force: true });
});

describe('the inference part alone', () => {
  it('runs models without a database', async () => {
    const { outputs } = await caller.infer(
      request('flights', [input('late_share', 'FP64', [3, 1], { fp64Contents: [0.1, 0.9, NaN] })]),
    );
    expect(outputs).toMatchObject([{ name: 'probability', contents: { fp32Contents: [0, 1, 0] } }]);
    expect(await caller.ready('flights')).toEqual({ ready: true });
    expect(await caller.live()).toEqual({ live: true });
  });

  it('shares runs among calls, and counts them', async () => {
    await Promise.all(
      Array.from({ length: 100 }, () =>
        caller.infer(request('flights', [input('late_share', 'FP64', [1, 1], { fp64Contents: [0.5] })])),
      ),
    );
    const metrics = await (await fetch(`http://127.0.0.1:${service.httpPort}/metrics`)).text();
    expect(metrics).toMatch(/serving_infer_duration_seconds_count\{service="serving"\} 10[1-9]/);
    expect(metrics).toContain('serving_models_loaded{service="serving"} 1');
  });
});
