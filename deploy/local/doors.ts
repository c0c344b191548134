import { createServer } from 'node:net';
import { SERVICES, type ServiceName } from '#libs/identity';
import { Problem } from '#libs/problem';

export const LOOPBACK = '127.0.0.1';

/** The services behind the gateway, in the order of their ports. */
export const BACKENDS = SERVICES.filter((service) => service !== 'gateway');

/** Every port of a local platform. */
export interface Doors {
  readonly http: Readonly<Record<ServiceName, number>>;
  /** The gateway has none. */
  readonly grpc: Readonly<Record<Exclude<ServiceName, 'gateway'>, number>>;
  /** Absent where an outside server is used. */
  readonly postgres?: number;
}

/** The table of design/architecture.md: gateway first, services in their order, PostgreSQL ten above the gateway. */
export function planDoors(port: number, grpcPort: number, embeddedPostgres: boolean): Doors {
  const http = { gateway: port, ...numbered(port) };
  return { http, grpc: numbered(grpcPort), ...(embeddedPostgres ? { postgres: port + 10 } : {}) };
}

function numbered(base: number): Doors['grpc'] {
  return Object.fromEntries(BACKENDS.map((service, index) => [service, base + 1 + index])) as Doors['grpc'];
}

/**
 * Finds all taken ports before anything is started, so that a start either has its doors or changes nothing. PostgreSQL looks at
 * its own port, after it has ended a server that a killed start left there.
 * @throws Problem conflict naming each port and what it was meant for
 */
export async function requireFree({ http, grpc }: Doors): Promise<void> {
  const wanted: readonly (readonly [string, number])[] = [
    ...Object.entries(http).map(([service, port]) => [service, port] as const),
    ...Object.entries(grpc).map(([service, port]) => [`${service}'s gRPC`, port] as const),
  ];
  const free = await Promise.all(wanted.map(([, port]) => isFree(port)));
  const taken = wanted.filter((_, index) => !free[index]);
  if (taken.length === 0) return;
  const list = taken.map(([door, port]) => `${port} (${door})`).join(', ');
  throw new Problem(
    'conflict',
    'launcher/port-taken',
    `taken by another program: port ${list}. Choose others with --port and --grpc-port`,
    {
      ports: taken.map(([, port]) => String(port)),
    },
  );
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) => (error.code === 'EADDRINUSE' ? resolve(false) : reject(error)));
    probe.listen({ port, host: LOOPBACK, exclusive: true }, () => probe.close(() => resolve(true)));
  });
}
