import { ApolloServerPluginInlineTraceDisabled } from '@apollo/server/plugin/disabled';
import { ApolloFederationDriver, type ApolloFederationDriverConfig } from '@nestjs/apollo';
import type { DynamicModule } from '@nestjs/common';
import { GraphQLModule } from '@nestjs/graphql';
import type { GraphQLFormattedError } from 'graphql';
import type { Context as SocketContext } from 'graphql-ws';
import { guardSchema, SHARED_TYPES, toGraphError, type GraphContext } from '#libs/graph';
import type { Viewer } from '#libs/identity';
import type { Logger } from '#libs/log';
import { Problem } from '#libs/problem';
import type { HostIdentity } from './identity.js';

interface SocketExtra {
  viewer?: Viewer;
  readonly socket: { close(code: number, reason: string): void; once(event: 'close', listener: () => void): void };
}
interface HttpContext {
  readonly req: { readonly headers: { readonly authorization?: string } };
  readonly res: { on(event: 'close', listener: () => void): void };
}

type Socket = SocketContext<{ authorization?: string }, SocketExtra>;

const UNAUTHENTICATED = 4401;

/** Absent tokens are left to the fields' permissions; a token that is wrong refuses the whole operation. */
async function httpContext({ req, res }: HttpContext, identity: HostIdentity): Promise<GraphContext> {
  const gone = new AbortController();
  res.on('close', () => gone.abort());
  if (!req.headers.authorization) return { signal: gone.signal };
  try {
    return { viewer: await identity.verify(req.headers.authorization), signal: gone.signal };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    const refused = toGraphError(error);
    Object.assign(refused.extensions, { http: { status: error.kind === 'unauthenticated' ? 401 : 503 } });
    throw refused;
  }
}

/** A socket is who its `connection_init` says, and no longer than the token lives. */
async function acceptSocket(context: Socket, identity: HostIdentity): Promise<boolean> {
  const { extra, connectionParams } = context;
  try {
    const viewer = await identity.verify(connectionParams?.authorization);
    extra.viewer = viewer;
    const leftMs = Math.min(viewer.expiresAt.getTime() - Date.now(), 2 ** 31 - 1);
    const expiry = setTimeout(() => extra.socket.close(UNAUTHENTICATED, 'the token has expired'), leftMs).unref();
    extra.socket.once('close', () => clearTimeout(expiry)); // else the timer holds the socket for the token's whole life
    return true;
  } catch (error) {
    extra.socket.close(UNAUTHENTICATED, error instanceof Problem ? error.message : 'the token cannot be verified');
    return false;
  }
}

function formatError(formatted: GraphQLFormattedError): GraphQLFormattedError {
  const { stacktrace: _, ...extensions } = formatted.extensions ?? {};
  return { ...formatted, extensions };
}

export interface SubgraphOptions {
  readonly sdl: string;
  readonly identity: HostIdentity;
  readonly log: Logger;
  readonly introspection: boolean;
}

/** The service's part of the one graph, on Apollo Server: schema-first, closed by default, tokens verified on HTTP and on sockets. */
export function subgraphModule({ sdl, identity, log, introspection }: SubgraphOptions): DynamicModule {
  const report = (error: unknown, where: string): void => log.error({ err: error, field: where }, 'a field failed unexpectedly');
  return GraphQLModule.forRoot<ApolloFederationDriverConfig>({
    driver: ApolloFederationDriver,
    path: '/graphql',
    typeDefs: sdl,
    resolvers: SHARED_TYPES,
    transformSchema: (schema) => guardSchema(schema, report),
    context: (context: HttpContext | SocketContext<Record<string, unknown>, SocketExtra>) =>
      'extra' in context ? ({ viewer: context.extra.viewer } as GraphContext) : httpContext(context, identity),
    subscriptions: {
      'graphql-ws': {
        path: '/graphql',
        onConnect: (context) => acceptSocket(context as Socket, identity),
      },
    },
    formatError,
    plugins: [ApolloServerPluginInlineTraceDisabled()], // traces are OpenTelemetry's
    introspection,
    playground: false,
    graphiql: false,
    includeStacktraceInErrorResponses: false,
    hideSchemaDetailsFromClientErrors: true,
    stopOnTerminationSignals: false,
  });
}
