import { z } from '#libs/config';

const port = z.coerce.number().int().min(0).max(65_535);

/** What every service needs from its environment; a service's own `env.ts` extends it. */
export const hostEnv = z.object({
  NODE_ENV: z.enum(['development', 'production', 'test']),
  LISTEN_HOST: z.string().min(1),
  /** Subgraph, health and metrics. */
  HTTP_PORT: port,
  GRPC_PORT: port,
  /** The issuer of tokens; its discovery document names keys and token endpoint. */
  ISSUER_URL: z.url(),
  /** This service's secret at the issuer. */
  SERVICE_SECRET: z.string().min(16),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  /** How long work under way may take after SIGTERM. */
  DRAIN_MS: z.coerce.number().int().positive().default(10_000),
});
export type HostEnv = z.infer<typeof hostEnv>;

/** What a service with tables needs besides. */
export const storageEnv = z.object({
  /** Connection of the runtime role, which owns nothing. */
  DATABASE_URL: z.url(),
  /** Connection of the owner role, which only migrates. */
  DATABASE_OWNER_URL: z.url(),
  /** The event log. */
  EVENTS_URL: z.url(),
  /** Folder of the object store. */
  OBJECTS_FOLDER: z.string().min(1),
});

/** host:port of another service's gRPC door. */
export const peerAddress = z.string().regex(/^[^:\s]+:\d+$/, 'must be host:port');
