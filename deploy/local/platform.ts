import { join } from 'node:path';
import { EVENT_LOG } from '#libs/database';
import { migrateEventLog } from '#libs/events';
import { LocalIssuer, SERVICES, type ServiceName } from '#libs/identity';
import { emptyFolder, holdDataFolder, type HeldFolder } from './data-folder.js';
import { LOOPBACK, planDoors, requireFree, type Doors } from './doors.js';
import { startApart, startTogether, type Ensemble } from './ensemble.js';
import { environmentOf, gatewayUrl } from './environment.js';
import type { LaunchOptions } from './options.js';
import { endLeftovers } from './leftovers.js';
import { untilReady } from './readiness.js';
import { openStorage, type Storage } from './storage.js';

/** A platform that is up. */
export interface Platform {
  readonly doors: Doors;
  readonly issuer: LocalIssuer;
  /** The process of a service. */
  pidOf(service: ServiceName): number | undefined;
  /** Resolves when PostgreSQL ended by itself: nothing works any more. */
  readonly databaseEnded: Promise<void>;
  /** Drains the services, the gateway first, and stops PostgreSQL last. Bounded; safe to call twice. */
  stop(): Promise<void>;
}

export interface PlatformOptions extends LaunchOptions {
  /** An outside server's administrator address. */
  readonly databaseUrl?: string | undefined;
  readonly logLevel?: string | undefined;
  /** Told the progress, in sentences for a person. */
  readonly say?: (sentence: string) => void;
  /** Gives up the start; what was started is stopped. */
  readonly signal?: AbortSignal;
  /** Begins with an empty data folder: what an earlier start left in it is removed. */
  readonly fresh?: boolean;
  /** Where given, these doors instead of the planned ones. */
  readonly doors?: Doors;
}

const READY_DEADLINE_MS = 60_000;
const DRAIN_MS = 5_000;

/**
 * Starts the whole platform on one data folder: takes the folder, sees that all ports are free, starts PostgreSQL, makes schemas,
 * roles and credentials, starts every service and waits until each is ready. Whatever fails, what was started is stopped again.
 * @throws Problem `launcher/folder-in-use`, `launcher/port-taken`, `launcher/not-ready` and those of the embedded PostgreSQL
 */
export async function startPlatform(options: PlatformOptions): Promise<Platform> {
  const { say = () => undefined, databaseUrl } = options;
  const doors = options.doors ?? planDoors(options.port, options.grpcPort, databaseUrl === undefined);
  await using undo = new AsyncDisposableStack();
  const folder = holdDataFolder(options.data);
  undo.defer(() => folder.release());
  await endLeftovers(Object.values(folder.former?.children ?? {}), say);
  if (options.fresh) await emptyFolder(folder.path);
  await requireFree(doors);
  say(databaseUrl === undefined ? 'starting PostgreSQL' : 'using the PostgreSQL of DATABASE_URL');
  const storage = await openStorage({ folder: folder.path, port: doors.postgres, adminUrl: databaseUrl, say });
  undo.defer(() => storage.stop());
  await migrateEventLog(storage.ownerUrlOf(EVENT_LOG));
  const issuer = await LocalIssuer.open({
    folder: join(folder.path, 'issuer'),
    issuer: gatewayUrl(doors),
    nodeEnv: process.env['NODE_ENV'],
  });
  const ensemble = await startServices(options, { folder, doors, storage, issuer });
  for (const service of SERVICES) undo.defer(() => stopService(ensemble, service, say)); // undone in reverse: the gateway closes first
  await allReady(doors, options.signal);
  const started = undo.move();
  const stop = once(() => started.disposeAsync());
  return { doors, issuer, pidOf: (service) => ensemble.pidOf(service), databaseEnded: storage.ended, stop };
}

function allReady({ http }: Doors, signal: AbortSignal | undefined): Promise<unknown> {
  return Promise.all(
    SERVICES.map((service) => untilReady(service, `http://${LOOPBACK}:${http[service]}`, READY_DEADLINE_MS, signal)),
  );
}

interface Ground {
  readonly folder: HeldFolder;
  readonly doors: Doors;
  readonly storage: Storage;
  readonly issuer: LocalIssuer;
}

function startServices({ split, logLevel = 'warn', say = () => undefined }: PlatformOptions, ground: Ground): Promise<Ensemble> {
  const { folder, doors, storage, issuer } = ground;
  const source = { folder: folder.path, doors, storage, secretOf: issuer.secretOf.bind(issuer), logLevel, drainMs: DRAIN_MS };
  const pids = new Map<ServiceName, number>();
  const record = (): void => folder.record({ pid: process.pid, gateway: gatewayUrl(doors), children: Object.fromEntries(pids) });
  record();
  say(
    split
      ? `starting ${SERVICES.length} services, each in its own process`
      : `starting ${SERVICES.length} services in this process`,
  );
  return (split ? startApart : startTogether)({
    services: SERVICES,
    environmentOf: (service) => environmentOf(service, source),
    drainMs: DRAIN_MS,
    say,
    onProcess: (service, pid) => {
      pids.set(service, pid);
      record();
    },
  });
}

async function stopService(ensemble: Ensemble, service: ServiceName, say: (sentence: string) => void): Promise<void> {
  try {
    await ensemble.stop(service);
  } catch (error) {
    say(`${service} did not stop cleanly: ${(error as Error).message}`); // the others still have to
  }
}

function once(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => (done ??= work());
}
