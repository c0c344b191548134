import { Server, ServerCredentials, type ServerUnaryCall, type handleUnaryCall } from '@grpc/grpc-js';
import { parsePermission, permits, type Permission, type Viewer } from '#libs/identity';
import type { Logger } from '#libs/log';
import { Problem } from '#libs/problem';
import type { GrpcDoor, IncomingCall } from './contract.js';
import { toServiceError } from './status.js';

/** Verifies `Bearer …` and answers who it is. */
export type VerifyBearer = (bearer: string | undefined) => Promise<Viewer>;

export interface GrpcServerOptions {
  readonly host: string;
  /** 0 chooses a free port. */
  readonly port: number;
  readonly doors: readonly GrpcDoor[];
  readonly verify: VerifyBearer;
  readonly log: Logger;
  /** Largest request, in bytes. */
  readonly maxRequestBytes?: number;
}

export interface RunningGrpcServer {
  readonly port: number;
  /** Stops taking calls, lets those under way end for at most `graceMs`, then cuts them. */
  stop(graceMs: number): Promise<void>;
}

const NO_DEADLINE_MS = 10 * 60_000; // a caller that states none must not hold a handler for good

function first(call: ServerUnaryCall<unknown, unknown>, key: string): string | undefined {
  const value = call.metadata.get(key)[0];
  return typeof value === 'string' ? value : undefined;
}

function deadlineOf(call: ServerUnaryCall<unknown, unknown>): Date {
  const stated = call.getDeadline();
  const atMs = stated instanceof Date ? stated.getTime() : stated;
  return new Date(Math.min(Number.isFinite(atMs) ? atMs : Infinity, Date.now() + NO_DEADLINE_MS));
}

async function identify(
  call: ServerUnaryCall<unknown, unknown>,
  permission: Permission,
  verify: VerifyBearer,
): Promise<Pick<IncomingCall, 'viewer' | 'onBehalfOf'>> {
  const viewer = await verify(first(call, 'authorization'));
  if (!permits(viewer, permission))
    throw new Problem('forbidden', 'identity/not-permitted', `${viewer.id} may not call ${call.getPath()}`);
  const caller = first(call, 'caller-authorization');
  if (caller === undefined || viewer.service === undefined) return { viewer };
  const onBehalfOf = await verify(caller);
  if (onBehalfOf.workspace !== viewer.workspace)
    throw new Problem('forbidden', 'identity/foreign-workspace', 'the person works in another workspace');
  return { viewer, onBehalfOf };
}

function handler(door: GrpcDoor, method: string, { verify, log }: GrpcServerOptions): handleUnaryCall<unknown, unknown> {
  const permission = parsePermission(door.permissions[method] ?? []);
  const answer = door.handlers[method]! as (request: unknown, call: IncomingCall) => Promise<unknown>;
  return (call, callback) => {
    const ended = new AbortController();
    call.on('cancelled', () => ended.abort());
    identify(call, permission, verify)
      .then((who) => answer(call.request, { ...who, signal: ended.signal, deadline: deadlineOf(call) }))
      .then(
        (response) => callback(null, response),
        (error: unknown) => {
          if (!(error instanceof Problem)) log.error({ err: error, rpc: call.getPath() }, 'a call failed unexpectedly');
          callback(toServiceError(error), null);
        },
      );
  };
}

function stop(server: Server, graceMs: number): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => server.forceShutdown(), graceMs);
    server.tryShutdown(() => {
      clearTimeout(cut);
      resolve();
    });
  });
}

/** Starts a server on which every method verifies the caller's token and its stated permission before the handler runs. */
export async function startGrpcServer(options: GrpcServerOptions): Promise<RunningGrpcServer> {
  const server = new Server({
    'grpc.max_receive_message_length': options.maxRequestBytes ?? 16 << 20,
    'grpc.max_send_message_length': 64 << 20,
  });
  for (const door of options.doors) {
    const implementation = Object.fromEntries(
      Object.keys(door.definition).map((method) => [method, handler(door, method, options)]),
    );
    server.addService(door.definition, implementation);
  }
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync(`${options.host}:${options.port}`, ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(taken(error, options)) : resolve(bound),
    );
  });
  return { port, stop: (graceMs) => stop(server, graceMs) };
}

function taken(error: Error, { host, port }: GrpcServerOptions): Problem {
  return new Problem('unavailable', 'grpc/port-taken', `gRPC cannot listen on ${host}:${port}: ${error.message}`, { host, port });
}
