import { createClient, type Client, type FormattedExecutionResult } from 'graphql-ws';
import type { ExecutionResult } from '@graphql-tools/utils';
import { WebSocket } from 'ws';
import { BoundedQueue } from './bounded-queue.js';
import type { SubgraphCall } from './subgraph.call.js';
import { revived, subgraphFailure, subgraphUnavailable } from './subgraph.errors.js';

/** How many events may wait for one subscriber. A subscriber that is further behind is ended and resumes where it was. */
const WAITING_EVENTS = 256;
/** An idle socket to a subgraph is closed after this. */
const LINGER_MS = 1_000;
const ACK_DEADLINE_MS = 5_000;

const REFUSED_CLOSE_CODES: ReadonlySet<number> = new Set([4401, 4403]);

interface CloseLike {
  readonly code: number;
}

function isClose(error: unknown): error is CloseLike {
  return typeof (error as Partial<CloseLike> | null)?.code === 'number';
}

/** What ended the subscription, as the last thing its subscriber gets. */
function ending(error: unknown, service: string): ExecutionResult {
  if (Array.isArray(error)) return { errors: revived(error) ?? [] };
  if (isClose(error) && REFUSED_CLOSE_CODES.has(error.code)) {
    return subgraphFailure('unauthenticated', 'identity/token-expired', `${service} does not accept the token any more`, service);
  }
  return subgraphUnavailable(service);
}

function tooSlow(service: string): ExecutionResult {
  return subgraphFailure(
    'exhausted',
    'gateway/subscriber-too-slow',
    'the subscriber takes events too slowly; subscribe again',
    service,
  );
}

function resultOf({ data, errors }: FormattedExecutionResult<Record<string, unknown>, unknown>): ExecutionResult {
  const list = revived(errors);
  return { ...(data === undefined ? {} : { data }), ...(list ? { errors: list } : {}) };
}

/**
 * Subscriptions to subgraphs over graphql-transport-ws: one socket per subgraph and caller, opened with the caller's token.
 * Nothing is tried again here: an event may have been missed, so the subscriber is told and resumes by its own cursor.
 */
export class SubgraphSubscriptions {
  private readonly clients = new Map<string, Client>();

  subscribe(call: SubgraphCall): AsyncIterableIterator<ExecutionResult> {
    const { service, signal } = call;
    let stop = (): void => undefined;
    const queue = new BoundedQueue<ExecutionResult>(
      WAITING_EVENTS,
      () => tooSlow(service),
      () => stop(),
    );
    stop = this.client(call).subscribe<Record<string, unknown>>(call.payload, {
      next: (result) => queue.push(resultOf(result)),
      error: (error) => {
        queue.push(ending(error, service));
        queue.end();
      },
      complete: () => queue.end(),
    });
    const leave = (): void => void queue.return();
    if (signal?.aborted) leave();
    else signal?.addEventListener('abort', leave, { once: true });
    return queue;
  }

  /** How many sockets are held. */
  get size(): number {
    return this.clients.size;
  }

  /** Closes every socket; their subscribers are told that the service is unavailable. */
  async dispose(): Promise<void> {
    const clients = [...this.clients.values()];
    this.clients.clear();
    await Promise.all(clients.map((client) => client.dispose()));
  }

  private client({ url, headers }: SubgraphCall): Client {
    const authorization = headers['authorization'] ?? '';
    const key = `${url} ${authorization}`;
    const known = this.clients.get(key);
    if (known) return known;
    const client = createClient({
      url: url.replace(/^http/, 'ws'),
      webSocketImpl: WebSocket,
      connectionParams: { authorization },
      connectionAckWaitTimeout: ACK_DEADLINE_MS,
      lazyCloseTimeout: LINGER_MS,
      retryAttempts: 0,
      on: {
        closed: () => {
          if (this.clients.get(key) === client) this.clients.delete(key);
        },
      },
    });
    this.clients.set(key, client);
    return client;
  }
}
