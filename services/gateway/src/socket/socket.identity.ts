import type { IncomingMessage } from 'node:http';
import type { Context } from 'graphql-ws';
import type { WebSocket } from 'ws';
import type { Viewer } from '#libs/identity';

/** What a client says in `connection_init`. */
export type ConnectionParams = Readonly<Record<string, unknown>> | undefined;

/** A socket and who speaks on it, once it is known. */
export interface GraphSocketExtra {
  readonly socket: WebSocket;
  readonly request: IncomingMessage;
  viewer?: Viewer;
  /** Counts the socket out of the open ones. */
  release?: () => void;
}

export type GraphSocket = Context<Record<string, unknown> | undefined, GraphSocketExtra>;

/** `{"authorization": "Bearer …"}` of `connection_init`, whatever the case of its key. */
export function authorizationOf(params: ConnectionParams): string | undefined {
  const entry = Object.entries(params ?? {}).find(([key]) => key.toLowerCase() === 'authorization');
  return typeof entry?.[1] === 'string' ? entry[1] : undefined;
}

/** A page of another site has no business on our sockets; clients that are no browsers send no origin. */
export function fromAllowedOrigin({ headers }: IncomingMessage, allowed: readonly string[]): boolean {
  const { origin, host } = headers;
  if (origin === undefined || allowed.includes(origin)) return true;
  return URL.canParse(origin) && new URL(origin).host === host;
}
