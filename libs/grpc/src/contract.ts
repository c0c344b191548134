import type { MethodDefinition, ServiceDefinition } from '@grpc/grpc-js';
import type { Viewer } from '#libs/identity';

/** What a handler knows of its caller beside the request. */
export interface IncomingCall {
  /** Who calls: a person, or a service in the workspace that it works for. */
  readonly viewer: Viewer;
  /** The person for whom a service calls, verified like any other; absent in background work. */
  readonly onBehalfOf?: Viewer;
  /** Ends when the caller's deadline passes or the caller goes away. */
  readonly signal: AbortSignal;
  readonly deadline: Date;
}

/** The unary methods of a generated service definition as handlers: a renamed or added rpc does not compile. */
export type GrpcHandlers<Definition> = {
  readonly [Method in keyof Definition]: Definition[Method] extends MethodDefinition<infer Request, infer Response>
    ? (request: Request, call: IncomingCall) => Promise<Response>
    : never;
};

/** Who may call each method, in the words of `parsePermission`: an rpc without a stated permission does not compile. */
export type GrpcPermissions<Definition> = { readonly [Method in keyof Definition]: readonly string[] };

/** One service of a server: its contract, who may call it and what answers. */
export interface GrpcDoor {
  readonly definition: ServiceDefinition;
  readonly permissions: Readonly<Record<string, readonly string[]>>;
  readonly handlers: Readonly<Record<string, (request: never, call: IncomingCall) => Promise<unknown>>>;
}

/** Binds handlers and permissions to a generated definition such as `RegistryServiceService`. */
export function grpcDoor<Definition extends ServiceDefinition>(
  definition: Definition,
  permissions: GrpcPermissions<Definition>,
  handlers: GrpcHandlers<Definition>,
): GrpcDoor {
  const bound: Record<string, (request: never, call: IncomingCall) => Promise<unknown>> = {};
  for (const method of Object.keys(definition)) {
    const handler = handlers[method as keyof Definition] as (request: never, call: IncomingCall) => Promise<unknown>;
    bound[method] = (request, call) => handler.call(handlers, request, call);
  }
  return { definition, permissions: permissions as Readonly<Record<string, readonly string[]>>, handlers: bound };
}

/** What a caller states with each call. */
export interface OutgoingCall {
  readonly workspace: string;
  readonly deadlineMs: number;
  /** The person for whom the call is made, where there is one. */
  readonly onBehalfOf?: Viewer;
  readonly signal?: AbortSignal;
}

/** The unary methods of a generated service definition as the caller sees them. */
export type GrpcPeer<Definition> = {
  readonly [Method in keyof Definition]: Definition[Method] extends MethodDefinition<infer Request, infer Response>
    ? (request: Request, call: OutgoingCall) => Promise<Response>
    : never;
};
