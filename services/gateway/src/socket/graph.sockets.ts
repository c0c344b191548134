import { once } from 'node:events';
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { getGraphQLWSOptions } from '@graphql-hive/gateway-runtime';
import { type GraphQLError } from 'graphql';
import { CloseCode, handleProtocols, makeServer, type Server as Protocol } from 'graphql-ws';
import { WebSocketServer } from 'ws';
import { toGraphError } from '#libs/graph';
import type { HostIdentity } from '#libs/host';
import type { Logger } from '#libs/log';
import { Problem } from '#libs/problem';
import type { OpenStreams, StreamEnd } from '../door/open-streams.js';
import type { GraphRuntime } from '../runtime/graph.runtime.js';
import { publicError } from '../runtime/public.errors.js';
import { speak } from './socket.connection.js';
import { authorizationOf, fromAllowedOrigin, type GraphSocket, type GraphSocketExtra } from './socket.identity.js';

export interface GraphSocketOptions {
  readonly graph: GraphRuntime;
  readonly identity: HostIdentity;
  readonly streams: OpenStreams;
  readonly log: Logger;
  readonly allowedOrigins: readonly string[];
  readonly maxMessageBytes: number;
  readonly maxSockets: number;
  readonly maxSubscriptionsPerSocket: number;
  readonly initDeadlineMs: number;
}

const PATH = '/graphql';
const GOING_AWAY = 1001;
const TRY_AGAIN_LATER = 1013;
/** Closing handshakes get this long, then the sockets are cut. */
const CLOSE_GRACE_MS = 1_000;

const CLOSE_CODES: Readonly<Record<StreamEnd, readonly [number, string]>> = {
  'token-expired': [CloseCode.Forbidden, 'the token has expired'],
  closing: [GOING_AWAY, 'going away'],
};

/**
 * GraphQL over WebSocket (graphql-transport-ws) on the gateway's server. The token comes with `connection_init`:
 * 4403 without a good one and when it expires, 4401 for an operation before it, 4408 when it does not come, 4429 when it comes twice,
 * 4409 for an id in use, 4400 for what is no message, 1001 when the gateway goes.
 */
export class GraphSockets {
  private readonly server: WebSocketServer;
  private stopping = false;

  constructor(private readonly options: GraphSocketOptions) {
    const { maxMessageBytes: maxPayload } = options;
    this.server = new WebSocketServer({ noServer: true, maxPayload, perMessageDeflate: false, handleProtocols });
    const protocol = this.protocol();
    this.server.on('connection', (socket, request) => speak(protocol, socket, request, (error) => this.report(error)));
  }

  /** Takes upgrades of the server from now on. */
  attach(server: Server): void {
    server.on('upgrade', (request, socket, head) => this.upgrade(request, socket, head));
  }

  /** Tells every client to come back elsewhere, waits for their goodbyes, then cuts. */
  async stop(): Promise<void> {
    this.stopping = true;
    const { clients } = this.server;
    const goodbyes = [...clients].map((client) => once(client, 'close'));
    clients.forEach((client) => client.close(...CLOSE_CODES.closing));
    const cut = setTimeout(() => clients.forEach((client) => client.terminate()), CLOSE_GRACE_MS);
    await Promise.allSettled(goodbyes);
    clearTimeout(cut);
  }

  private protocol(): Protocol<GraphSocketExtra> {
    const runtime = getGraphQLWSOptions<Record<string, unknown>, GraphSocketExtra>(this.options.graph.hive, operationContext);
    return makeServer<Record<string, unknown> | undefined, GraphSocketExtra>({
      ...runtime,
      connectionInitWaitTimeout: this.options.initDeadlineMs,
      onConnect: (socket) => this.accept(socket),
      onClose: (socket) => socket.extra.release?.(),
      onSubscribe: (socket, id, payload) => this.refusal(socket) ?? runtime.onSubscribe?.(socket, id, payload),
      onError: (_socket, _id, _payload, errors) =>
        errors.map((error) => publicError(error, (internal) => this.report(internal)).toJSON()),
    });
  }

  private upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const refuse = (status: string): void =>
      void socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
    socket.once('error', () => socket.destroy());
    if ((request.url ?? '').split('?')[0] !== PATH) return refuse('404 Not Found');
    if (!fromAllowedOrigin(request, this.options.allowedOrigins)) return refuse('403 Forbidden');
    if (this.stopping || this.server.clients.size >= this.options.maxSockets) return refuse('503 Service Unavailable');
    this.server.handleUpgrade(request, socket, head, (client) => this.server.emit('connection', client, request));
  }

  private async accept(socket: GraphSocket): Promise<boolean> {
    const { extra, connectionParams } = socket;
    try {
      const viewer = await this.options.identity.verify(authorizationOf(connectionParams));
      extra.release = this.options.streams.add(viewer, Date.now(), (end) => extra.socket.close(...CLOSE_CODES[end]));
      extra.viewer = viewer;
      if (extra.socket.readyState !== extra.socket.OPEN) extra.release(); // gone while the token was verified
      return true;
    } catch (error) {
      if (!(error instanceof Problem)) this.options.log.error({ err: error }, 'a socket could not be taken');
      extra.socket.close(...refusalCode(error));
      return false;
    }
  }

  private refusal({ subscriptions }: GraphSocket): readonly GraphQLError[] | undefined {
    const limit = this.options.maxSubscriptionsPerSocket;
    if (Object.keys(subscriptions).length <= limit) return undefined;
    const detail = `a socket carries at most ${limit} operations at a time`;
    return [toGraphError(new Problem('exhausted', 'gateway/too-many-operations', detail, { limit }))];
  }

  private report(error: unknown): void {
    this.options.log.error({ err: error }, 'an operation on a socket failed unexpectedly');
  }
}

function refusalCode(error: unknown): readonly [number, string] {
  if (!(error instanceof Problem)) return [CloseCode.InternalServerError, 'internal error'];
  if (error.kind === 'exhausted' || error.kind === 'unavailable') return [TRY_AGAIN_LATER, error.slug];
  return [CloseCode.Forbidden, error.slug];
}

/**
 * The runtime reads the method and headers of a Fetch request; without one the caller's token would be lost on the way to the
 * services, and as a GET it could not carry a mutation.
 */
function operationContext({ extra, connectionParams }: GraphSocket): Record<string, unknown> {
  const headers = { authorization: authorizationOf(connectionParams) ?? '' };
  return { request: new Request('http://gateway/graphql', { method: 'POST', headers }), headers, viewer: extra.viewer };
}
