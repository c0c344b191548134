import type { ExecutionRequest, Executor } from '@graphql-tools/utils';
import type { GatewayConfig } from '@graphql-hive/gateway-runtime';
import { subgraphCall } from './subgraph.call.js';
import { querySubgraph, type QueryBounds } from './subgraph.query.js';
import { SubgraphSubscriptions } from './subgraph.subscription.js';

type Transports = NonNullable<GatewayConfig['transports']>;

/**
 * How the runtime reaches subgraphs. Ours rather than the library's, because there a dead service turns into an error without a code,
 * a subscription retries in silence, and what waits for a slow subscriber has no bound.
 */
export function subgraphTransports(bounds: QueryBounds): Transports {
  return {
    http: {
      getSubgraphExecutor({ subgraphName, transportEntry }) {
        const url = transportEntry.location ?? '';
        const subscriptions = new SubgraphSubscriptions();
        const executor = (request: ExecutionRequest) => {
          const call = subgraphCall(subgraphName, url, request);
          return request.operationType === 'subscription' ? subscriptions.subscribe(call) : querySubgraph(call, bounds);
        };
        return Object.assign(executor as Executor, { [Symbol.asyncDispose]: () => subscriptions.dispose() });
      },
    },
  };
}
