import {
  Client,
  credentials,
  Metadata,
  status,
  type MethodDefinition,
  type ServiceDefinition,
  type ServiceError,
} from '@grpc/grpc-js';
import type { GrpcPeer, OutgoingCall } from './contract.js';
import { fromServiceError } from './status.js';

export interface GrpcPeerOptions {
  /** host:port */
  readonly address: string;
  /** What to call it in errors. */
  readonly name: string;
  /** This service's own `Bearer …` for a workspace. */
  readonly authorization: (workspace: string) => Promise<string>;
}

export interface Closable {
  close(): void;
}

const ATTEMPTS = 4;
const FIRST_WAIT_MS = 50;

async function metadataOf(call: OutgoingCall, { authorization }: GrpcPeerOptions): Promise<Metadata> {
  const metadata = new Metadata();
  metadata.set('authorization', await authorization(call.workspace));
  if (call.onBehalfOf) metadata.set('caller-authorization', `Bearer ${call.onBehalfOf.token}`);
  return metadata;
}

function once(
  client: Client,
  method: MethodDefinition<unknown, unknown>,
  request: unknown,
  metadata: Metadata,
  deadline: Date,
  signal?: AbortSignal,
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const running = client.makeUnaryRequest(
      method.path,
      method.requestSerialize,
      method.responseDeserialize,
      request,
      metadata,
      { deadline },
      (error, response) => (error ? reject(error) : resolve(response)),
    );
    signal?.addEventListener('abort', () => running.cancel(), { once: true });
  });
}

/** UNAVAILABLE is the one status after which nothing was done over there, or the call is idempotent by its own key. */
async function withRetries(work: () => Promise<unknown>, deadline: Date): Promise<unknown> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      const waitMs = FIRST_WAIT_MS * 2 ** attempt;
      if ((error as ServiceError).code !== status.UNAVAILABLE || attempt >= ATTEMPTS || Date.now() + waitMs >= deadline.getTime())
        throw error;
      await new Promise((resolve) => setTimeout(resolve, waitMs));
    }
  }
}

/**
 * A typed client of another service. Every call carries this service's token, a deadline, and the person's token where there is one;
 * a call that finds the peer away is tried at most four times within its deadline. Failures arrive as the Problem that was thrown there.
 */
export function grpcPeer<Definition extends ServiceDefinition>(
  definition: Definition,
  options: GrpcPeerOptions,
): GrpcPeer<Definition> & Closable {
  const client = new Client(options.address, credentials.createInsecure(), {
    'grpc.max_receive_message_length': 64 << 20,
    'grpc.initial_reconnect_backoff_ms': 100,
    'grpc.max_reconnect_backoff_ms': 2_000,
  });
  const calls = Object.entries(definition).map(([name, method]) => {
    const call = async (request: unknown, outgoing: OutgoingCall): Promise<unknown> => {
      const deadline = new Date(Date.now() + outgoing.deadlineMs);
      const metadata = await metadataOf(outgoing, options);
      const work = (): Promise<unknown> =>
        once(client, method as MethodDefinition<unknown, unknown>, request, metadata, deadline, outgoing.signal);
      return withRetries(work, deadline).catch((error: unknown) => {
        throw fromServiceError(error as ServiceError, options.name);
      });
    };
    return [name, call] as const;
  });
  return Object.assign(Object.fromEntries(calls), { close: () => client.close() }) as unknown as GrpcPeer<Definition> & Closable;
}
