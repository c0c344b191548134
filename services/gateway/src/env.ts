import { z } from '#libs/config';
import { hostEnv } from '#libs/host';

const count = z.coerce.number().int().positive();
const origins = z
  .string()
  .default('')
  .transform((text) =>
    text
      .split(',')
      .map((origin) => origin.trim())
      .filter((origin) => origin !== ''),
  )
  .pipe(z.array(z.url()));

/** The environment of the gateway. It has no database and no gRPC door. */
export const gatewayEnv = hostEnv.extend({
  /** Where each service's HTTP door is, without a slash at the end. */
  DATA_URL: z.url(),
  FEATURES_URL: z.url(),
  TRAINING_URL: z.url(),
  REGISTRY_URL: z.url(),
  SERVING_URL: z.url(),
  MONITORING_URL: z.url(),
  GOVERNANCE_URL: z.url(),
  /** Folder of the local issuer, whose doors the gateway then serves; refused in production. */
  ISSUER_FOLDER: z.string().min(1).optional(),
  /** The page at GET /graphql. */
  GRAPHIQL: z.enum(['on', 'off']).default('on'),
  /** Sites whose pages may call the gateway, comma-separated; none unless named. */
  CORS_ORIGINS: origins,

  MAX_BODY_BYTES: count.default(256 * 1024),
  BODY_DEADLINE_MS: count.default(10_000),
  MAX_UPLOAD_BYTES: count.default(2 * 1024 ** 3),
  /** An upload that stands still this long is given up. */
  UPLOAD_IDLE_MS: count.default(30_000),
  SUBGRAPH_DEADLINE_MS: count.default(30_000),
  MAX_SUBGRAPH_ANSWER_BYTES: count.default(32 * 1024 ** 2),

  MAX_TOKENS: count.default(4_000),
  MAX_DEPTH: count.default(25),
  MAX_ALIASES: count.default(50),
  MAX_DIRECTIVES: count.default(50),
  MAX_FIELDS: count.default(1_000),
  MAX_COST: count.default(50_000),

  MAX_STREAMS: count.default(2_000),
  MAX_STREAMS_PER_VIEWER: count.default(100),
  MAX_SUBSCRIPTIONS_PER_SOCKET: count.default(100),
  SOCKET_INIT_DEADLINE_MS: count.default(5_000),
});
export type GatewayEnv = z.infer<typeof gatewayEnv>;

/** Injection token of the gateway's environment. */
export const GATEWAY_ENV = Symbol('gateway environment');
