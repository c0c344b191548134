import {
  Inject,
  Module,
  type DynamicModule,
  type MiddlewareConsumer,
  type NestModule,
  type OnApplicationShutdown,
} from '@nestjs/common';
import type { LocalIssuer } from '#libs/identity';
import { ConsolePage } from './console/console.page.js';
import { CrossOriginMiddleware } from './door/cross-origin.middleware.js';
import { GraphqlController } from './door/graphql.controller.js';
import { OpenStreams } from './door/open-streams.js';
import { GATEWAY_ENV, type GatewayEnv } from './env.js';
import { IssuerController, LOCAL_ISSUER } from './issuer/issuer.controller.js';
import { GatewayMetrics } from './metrics/gateway.metrics.js';
import { RestDoorMiddleware } from './proxy/rest-door.middleware.js';
import { StreamProxy } from './proxy/stream.proxy.js';
import { GRAPH_RUNTIME, graphRuntimeProvider, SUPERGRAPH } from './runtime/graph.provider.js';
import type { GraphRuntime } from './runtime/graph.runtime.js';

/** The gateway: the one graph, the REST doors and, in development, the issuer of tokens. */
@Module({})
export class GatewayModule implements NestModule, OnApplicationShutdown {
  constructor(
    @Inject(GRAPH_RUNTIME) private readonly graph: GraphRuntime,
    private readonly proxy: StreamProxy,
  ) {}

  static of(env: GatewayEnv, supergraph: string, issuer: LocalIssuer | undefined): DynamicModule {
    const streams = { maxStreams: env.MAX_STREAMS, maxStreamsPerViewer: env.MAX_STREAMS_PER_VIEWER };
    return {
      module: GatewayModule,
      controllers: [GraphqlController, ...(issuer ? [IssuerController] : [])],
      providers: [
        { provide: GATEWAY_ENV, useValue: env },
        { provide: OpenStreams, useFactory: () => new OpenStreams(streams) },
        ...(issuer ? [{ provide: LOCAL_ISSUER, useValue: issuer }] : []),
        ConsolePage,
        GatewayMetrics,
        StreamProxy,
        { provide: SUPERGRAPH, useValue: supergraph },
        graphRuntimeProvider,
      ],
    };
  }

  configure(consumer: MiddlewareConsumer): void {
    consumer.apply(CrossOriginMiddleware, RestDoorMiddleware).forRoutes('{*path}');
  }

  /** The doors are closed and nothing is under way: the services can be let go. */
  async onApplicationShutdown(): Promise<void> {
    await this.graph.dispose();
    this.proxy.dispose();
  }
}
