import 'reflect-metadata';
import { Module, type DynamicModule, type INestApplication, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { Registry } from 'prom-client';
import { startGrpcServer, type GrpcDoor, type RunningGrpcServer } from '#libs/grpc';
import type { ServiceName } from '#libs/identity';
import { createLog, type Logger } from '#libs/log';
import { Problem } from '#libs/problem';
import type { HostEnv } from './env.js';
import { HealthController, READINESS_CHECKS, type ReadinessCheck } from './health.js';
import { HttpProblemFilter } from './http-problem.js';
import { hostIdentity, type HostIdentity } from './identity.js';
import { createMetrics, MetricsController } from './metrics.js';
import { NestLog } from './nest-log.js';
import { subgraphModule } from './subgraph.js';
import { IDENTITY, LOG } from './tokens.js';

export interface HostOptions {
  readonly service: ServiceName;
  readonly env: HostEnv;
  /** The service's own modules. */
  readonly imports: readonly (DynamicModule | Type)[];
  /** SDL of the subgraph; absent where the service has none. */
  readonly sdl?: string;
  /** False where the service reads bodies itself, as a door that streams them must; JSON is parsed otherwise. */
  readonly parseBodies?: boolean;
  /** gRPC services, made from providers of the started app. */
  readonly grpc?: (app: INestApplication) => readonly GrpcDoor[];
  /** Conditions of readiness; they may ask the started app. */
  readonly ready?: (app: INestApplication) => readonly ReadinessCheck[];
  /** Work that begins when the doors are open (relays, consumers, jobs); what it returns is stopped first. */
  readonly work?: (app: INestApplication) => Promise<readonly Stoppable[]>;
}

export interface Stoppable {
  stop(): Promise<void>;
}

/** A service that listens. */
export interface RunningService {
  readonly service: ServiceName;
  readonly httpPort: number;
  readonly grpcPort: number;
  readonly app: INestApplication;
  /** Drains: background work ends, calls under way finish within DRAIN_MS, connections close. */
  stop(): Promise<void>;
}

const BODY_LIMIT = '2mb';
const IDLE_SWEEP_MS = 50;

@Module({})
class RootModule {}

interface Parts {
  readonly log: Logger;
  readonly identity: HostIdentity;
  readonly checks: ReadinessCheck[];
}

function rootModule({ service, env, imports, sdl }: HostOptions, { log, identity, checks }: Parts): DynamicModule {
  const provided = [
    { provide: LOG, useValue: log },
    { provide: IDENTITY, useValue: identity },
    { provide: Registry, useValue: createMetrics(service) },
  ];
  const platform: DynamicModule = {
    module: class Platform {},
    global: true,
    providers: provided,
    exports: provided.map(({ provide }) => provide),
  };
  const graph = sdl ? [subgraphModule({ sdl, identity, log, introspection: env.NODE_ENV !== 'production' })] : [];
  return {
    module: RootModule,
    imports: [platform, ...imports, ...graph],
    controllers: [HealthController, MetricsController],
    providers: [{ provide: READINESS_CHECKS, useValue: checks }, HttpProblemFilter],
  };
}

async function listen(app: NestExpressApplication, { env, service }: HostOptions): Promise<number> {
  try {
    await app.listen(env.HTTP_PORT, env.LISTEN_HOST);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    throw new Problem(
      'unavailable',
      'host/port-taken',
      `${service} cannot listen on port ${env.HTTP_PORT}: another process has it`,
      { port: env.HTTP_PORT },
    );
  }
  return (app.getHttpServer().address() as { port: number }).port;
}

async function drain(
  app: NestExpressApplication,
  grpc: RunningGrpcServer | undefined,
  work: readonly Stoppable[],
  drainMs: number,
): Promise<void> {
  await Promise.allSettled([...work.map((part) => part.stop()), grpc?.stop(drainMs)]);
  const server = app.getHttpServer() as { closeIdleConnections(): void; closeAllConnections(): void };
  // A kept-alive connection that becomes idle after the server began to close would hold it until the client lets go.
  const sweep = setInterval(() => server.closeIdleConnections(), IDLE_SWEEP_MS);
  const cut = setTimeout(() => server.closeAllConnections(), drainMs);
  await app.close();
  clearInterval(sweep);
  clearTimeout(cut);
}

/** Starts one service: its Nest app on HTTP (subgraph, REST, health, metrics), its gRPC doors and its background work. */
export async function startHost(options: HostOptions): Promise<RunningService> {
  const { service, env } = options;
  const log = createLog({ service, level: env.LOG_LEVEL });
  const parts: Parts = { log, identity: hostIdentity(service, env), checks: [] };
  const app = await NestFactory.create<NestExpressApplication>(rootModule(options, parts), {
    logger: new NestLog(log),
    bodyParser: false,
    abortOnError: false,
  });
  app.disable('x-powered-by');
  if (options.parseBodies ?? true) app.useBodyParser('json', { limit: BODY_LIMIT });
  app.useGlobalFilters(app.get(HttpProblemFilter));
  try {
    await app.init();
    const doors = options.grpc?.(app) ?? [];
    const grpc =
      doors.length > 0
        ? await startGrpcServer({ host: env.LISTEN_HOST, port: env.GRPC_PORT, doors, verify: parts.identity.verify, log })
        : undefined;
    parts.checks.push(...(options.ready?.(app) ?? []));
    const httpPort = await listen(app, options);
    const work = (await options.work?.(app)) ?? [];
    log.info({ httpPort, grpcPort: grpc?.port }, 'the service is up');
    return { service, httpPort, grpcPort: grpc?.port ?? 0, app, stop: () => drain(app, grpc, work, env.DRAIN_MS) };
  } catch (error) {
    await app.close().catch(() => undefined);
    throw error;
  }
}
