import {
  createGatewayRuntime,
  Logger as HiveLogger,
  type GatewayPlugin,
  type GatewayRuntime,
} from '@graphql-hive/gateway-runtime';
import type { Logger } from '#libs/log';
import { operationLimits, type OperationLimits } from '../limits/operation-limits.plugin.js';
import { publicAnswers } from './public-answers.plugin.js';
import { streamedSubscriptions } from './streamed-subscriptions.plugin.js';
import { subgraphTransports } from './subgraph.transport.js';
import type { QueryBounds } from './subgraph.query.js';

export interface GraphRuntimeOptions {
  /** The supergraph with the addresses of this installation. */
  readonly supergraphSdl: string;
  readonly limits: OperationLimits;
  readonly subgraphs: QueryBounds;
  readonly log: Logger;
  readonly plugins?: readonly GatewayPlugin[];
}

/** The one graph, ready to answer. */
export interface GraphRuntime {
  readonly hive: GatewayRuntime;
  /** Lets go of the subgraphs. Operations under way have ended before. */
  dispose(): Promise<void>;
}

/** The library's messages on our log; below warnings it writes headers, tokens among them. */
function hiveLog(log: Logger): HiveLogger {
  return new HiveLogger({
    level: 'warn',
    writers: [
      {
        write(level, _attrs, message) {
          log[level === 'error' ? 'error' : 'warn']({ from: 'graph runtime', detail: message }, 'the graph runtime reports');
        },
      },
    ],
  });
}

/**
 * The library disposes itself as soon as the process gets SIGTERM, under the feet of operations that are still draining.
 * Disposal runs last plugin first, so this one, being last, holds it until we dispose ourselves.
 */
function disposalGate(): { readonly plugin: GatewayPlugin; open(): void } {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { plugin: { onDispose: () => opened }, open };
}

/** Hive's runtime over our own transports: no page, no health door, no CORS of its own; those are the gateway's. */
export async function createGraphRuntime(options: GraphRuntimeOptions): Promise<GraphRuntime> {
  const { supergraphSdl, limits, subgraphs, log, plugins = [] } = options;
  const gate = disposalGate();
  const hive = createGatewayRuntime({
    supergraph: supergraphSdl,
    graphqlEndpoint: '/graphql',
    logging: hiveLog(log),
    landingPage: false,
    graphiql: false,
    cors: false,
    maskedErrors: false, // `publicAnswers` shows what may be shown
    subgraphErrors: false,
    executionCancellation: true,
    transports: subgraphTransports(subgraphs),
    plugins: () => [
      streamedSubscriptions(),
      operationLimits(limits),
      ...plugins,
      publicAnswers((error) => log.error({ err: error }, 'an operation failed unexpectedly')),
      gate.plugin,
    ],
  });
  await hive.getSchema(); // the first caller does not wait for it
  return {
    hive,
    async dispose() {
      gate.open();
      await hive.dispose();
    },
  };
}
