import type { FactoryProvider } from '@nestjs/common';
import { LOG } from '#libs/host';
import type { Logger } from '#libs/log';
import { GATEWAY_ENV, type GatewayEnv } from '../env.js';
import { GatewayMetrics } from '../metrics/gateway.metrics.js';
import { measured } from '../metrics/operation-metrics.plugin.js';
import { backendUrls } from '../supergraph/backend.urls.js';
import { withAddresses } from '../supergraph/supergraph.addresses.js';
import { createGraphRuntime, type GraphRuntime } from './graph.runtime.js';

/** Injection token of the supergraph as it was composed. */
export const SUPERGRAPH = Symbol('supergraph');
/** Injection token of the one graph. */
export const GRAPH_RUNTIME = Symbol('graph runtime');

function addressesOf(env: GatewayEnv): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(backendUrls(env)).map(([backend, url]) => [backend, `${url}/graphql`]));
}

export const graphRuntimeProvider: FactoryProvider<GraphRuntime> = {
  provide: GRAPH_RUNTIME,
  inject: [GATEWAY_ENV, SUPERGRAPH, LOG, GatewayMetrics],
  useFactory: (env: GatewayEnv, supergraph: string, log: Logger, metrics: GatewayMetrics) =>
    createGraphRuntime({
      supergraphSdl: withAddresses(supergraph, addressesOf(env)),
      log,
      subgraphs: { deadlineMs: env.SUBGRAPH_DEADLINE_MS, maxAnswerBytes: env.MAX_SUBGRAPH_ANSWER_BYTES },
      limits: {
        maxTokens: env.MAX_TOKENS,
        maxDepth: env.MAX_DEPTH,
        maxAliases: env.MAX_ALIASES,
        maxDirectives: env.MAX_DIRECTIVES,
        maxFields: env.MAX_FIELDS,
        maxCost: env.MAX_COST,
      },
      plugins: [measured(metrics)],
    }),
};
