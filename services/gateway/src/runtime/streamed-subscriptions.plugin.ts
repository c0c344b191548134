import type { GatewayPlugin } from '@graphql-hive/gateway-runtime';
import { toGraphError } from '#libs/graph';
import { Problem } from '#libs/problem';

interface OperationContext {
  /** Present over HTTP alone. */
  readonly res?: unknown;
  readonly request: Request;
}

/**
 * Refuses a subscription that is to be answered as one document, before it is begun. The runtime would begin it, find the answer
 * not acceptable, and leave the subscription open at the service for ever.
 */
export function streamedSubscriptions(): GatewayPlugin {
  return {
    onSubscribe({ args, setResultAndStopExecution }) {
      const { res, request } = args.contextValue as OperationContext;
      if (res === undefined || request.headers.get('accept') === 'text/event-stream') return;
      const detail = 'a subscription is answered over a WebSocket or as text/event-stream';
      const error = toGraphError(new Problem('invalid', 'gateway/not-acceptable', detail));
      Object.assign(error.extensions, { http: { status: 406 } });
      setResultAndStopExecution({ errors: [error] });
    },
  };
}
