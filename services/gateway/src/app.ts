import type { Server } from 'node:http';
import type { INestApplication } from '@nestjs/common';
import { IDENTITY, LOG, startHost, type HostIdentity, type RunningService, type Stoppable } from '#libs/host';
import { LocalIssuer } from '#libs/identity';
import type { Logger } from '#libs/log';
import { OpenStreams } from './door/open-streams.js';
import type { GatewayEnv } from './env.js';
import { GatewayModule } from './gateway.module.js';
import { backendChecks } from './health/backend.checks.js';
import { GRAPH_RUNTIME } from './runtime/graph.provider.js';
import type { GraphRuntime } from './runtime/graph.runtime.js';
import { supergraphSdl } from './supergraph.generated.js';
import { GraphSockets } from './socket/graph.sockets.js';

/** A request's headers must be here within this; bodies have bounds of their own at each door. */
const HEADERS_DEADLINE_MS = 10_000;
/** The longest request: an upload of the largest size on a slow line. */
const REQUEST_DEADLINE_MS = 3_600_000;

function openSockets(app: INestApplication, env: GatewayEnv): Stoppable {
  const streams = app.get(OpenStreams);
  const sockets = new GraphSockets({
    graph: app.get<GraphRuntime>(GRAPH_RUNTIME),
    identity: app.get<HostIdentity>(IDENTITY),
    log: app.get<Logger>(LOG),
    streams,
    allowedOrigins: env.CORS_ORIGINS,
    maxMessageBytes: env.MAX_BODY_BYTES,
    maxSockets: env.MAX_STREAMS,
    maxSubscriptionsPerSocket: env.MAX_SUBSCRIPTIONS_PER_SOCKET,
    initDeadlineMs: env.SOCKET_INIT_DEADLINE_MS,
  });
  const server = app.getHttpServer() as Server;
  server.headersTimeout = HEADERS_DEADLINE_MS;
  server.requestTimeout = REQUEST_DEADLINE_MS;
  sockets.attach(server);
  return {
    async stop() {
      streams.closeAll();
      await sockets.stop();
    },
  };
}

function openIssuer({ ISSUER_FOLDER: folder, ISSUER_URL, NODE_ENV }: GatewayEnv): Promise<LocalIssuer> | undefined {
  return folder === undefined
    ? undefined
    : LocalIssuer.open({ folder, issuer: ISSUER_URL.replace(/\/$/, ''), nodeEnv: NODE_ENV });
}

/** Starts the gateway. It has no database: what it knows is the supergraph and its environment. */
export async function start(env: GatewayEnv, supergraph: string = supergraphSdl): Promise<RunningService> {
  const issuer = await openIssuer(env);
  return startHost({
    service: 'gateway',
    env,
    imports: [GatewayModule.of(env, supergraph, issuer)],
    parseBodies: false,
    ready: () => backendChecks(env),
    work: (app) => Promise.resolve([openSockets(app, env)]),
  });
}
