import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { EVENT_LOG } from '#libs/database';
import type { ServiceName } from '#libs/identity';
import { BACKENDS, LOOPBACK, type Doors } from './doors.js';
import type { Storage } from './storage.js';

export type Environment = Readonly<Record<string, string>>;

export interface EnvironmentSource {
  readonly folder: string;
  readonly doors: Doors;
  readonly storage: Storage;
  readonly secretOf: (service: ServiceName) => string;
  readonly logLevel: string;
  readonly drainMs: number;
}

/** Where the local issuer stands: its doors are the gateway's. */
export function gatewayUrl({ http }: Doors): string {
  return `http://${LOOPBACK}:${http.gateway}`;
}

/** The values of one service, under the names its `env.ts` asks for; nothing of our own environment, and no other service's secrets. */
export function environmentOf(service: ServiceName, source: EnvironmentSource): Environment {
  const { folder, doors, storage, secretOf, logLevel, drainMs } = source;
  const shared: Environment = {
    NODE_ENV: 'development',
    LISTEN_HOST: LOOPBACK,
    HTTP_PORT: String(doors.http[service]),
    GRPC_PORT: String(service === 'gateway' ? 0 : doors.grpc[service]),
    ISSUER_URL: gatewayUrl(doors),
    SERVICE_SECRET: secretOf(service),
    LOG_LEVEL: logLevel,
    DRAIN_MS: String(drainMs),
    ...peers(doors),
  };
  if (service === 'gateway') return { ...shared, ISSUER_FOLDER: join(folder, 'issuer') };
  return {
    ...shared,
    DATABASE_URL: storage.urlOf(service),
    DATABASE_OWNER_URL: storage.ownerUrlOf(service),
    EVENTS_URL: storage.urlOf(EVENT_LOG),
    OBJECTS_FOLDER: made(join(folder, 'objects')),
    WORK_FOLDER: made(join(folder, 'work', service)),
    SPOOL_FOLDER: made(join(folder, 'spool', service)),
  };
}

function peers({ http, grpc }: Doors): Environment {
  return Object.fromEntries(
    BACKENDS.flatMap((service) => [
      [`${service.toUpperCase()}_ADDRESS`, `${LOOPBACK}:${grpc[service]}`],
      [`${service.toUpperCase()}_URL`, `http://${LOOPBACK}:${http[service]}`],
    ]),
  );
}

function made(folder: string): string {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return folder;
}
