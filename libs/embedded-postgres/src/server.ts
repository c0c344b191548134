import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync, statSync, truncateSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { Problem } from '#libs/problem';
import { adminPassword, ADMIN_ROLE, clusterExists, createCluster, SERVER_ENVIRONMENT } from './cluster.js';
import { serverFlags, SMALL_MACHINE, type Durability, type PostgresMemory } from './flags.js';
import { readPostmasterFile, stopServerOf } from './orphan.js';
import { runAs } from './os-account.js';
import { findPlace, type Place } from './place.js';
import { freePort, portTaken } from './ports.js';

const START_DEADLINE_MS = 60_000; // recovery after a power cut reads the whole log, at most 512 MB
const FAST_STOP_MS = 15_000;
const LOG_LIMIT_BYTES = 10_000_000;

export interface EmbeddedPostgresOptions {
  /** The cluster's folder; made where it is not there. Its password and log lie beside it as `<folder>-password`, `<folder>.log`. */
  readonly folder: string;
  /** Loopback port; 0 for any free one. */
  readonly port: number;
  readonly durability?: Durability;
  readonly memory?: PostgresMemory;
  /** Told, in sentences for a person, what takes long or is not where one would look for it. */
  readonly say?: (sentence: string) => void;
}

export interface EmbeddedPostgres extends AsyncDisposable {
  /** Connects as the cluster's superuser to the database `postgres`. It holds a password: never print it. */
  readonly adminUrl: string;
  readonly port: number;
  readonly pid: number;
  /** The folder the cluster is really in. */
  readonly cluster: string;
  /** Resolves when the server's process has ended, asked for or not. */
  readonly ended: Promise<void>;
  /** Fast shutdown: sessions are ended, the checkpoint is written. Bounded; safe to call twice. */
  stop(): Promise<void>;
}

/**
 * Starts PostgreSQL from the binaries npm installed, creating the cluster at the first start and ending a server that a killed
 * parent left on it. The caller guards the folder: two living parents must not share one.
 *
 * The server is its own process group, so a Ctrl-C on the terminal reaches only the parent, which stops it last.
 * @throws Problem `embedded-postgres/port-taken`, `…/no-binaries`, `…/no-account`, `…/initdb`, `…/start` (with the server's last words)
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { durability = 'durable', memory = SMALL_MACHINE, say = () => undefined } = options;
  const place = await findPlace(options.folder, say);
  const orphan = await stopServerOf(place.cluster);
  if (orphan !== undefined) say(`ended PostgreSQL ${orphan}, which an earlier start had left running`);
  const port = await freePort(options.port);
  const password = adminPassword(place.passwordFile);
  if (!clusterExists(place.cluster)) {
    say('creating the PostgreSQL cluster (only at the first start)');
    await createCluster(place.cluster, password, place.binaries, place.account, durability);
  }
  const child = spawnServer(place, serverFlags(port, memory, durability));
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  await untilReady(child, place, port);
  const stop = (): Promise<void> => stopServer(child, ended);
  return {
    adminUrl: `postgres://${ADMIN_ROLE}:${encodeURIComponent(password)}@127.0.0.1:${port}/postgres`,
    port,
    pid: child.pid!,
    cluster: place.cluster,
    ended,
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

/** The log goes to a file, not to a pipe: a pipe that nobody reads would stop the server, and it dies with the parent. */
function spawnServer(place: Place, flags: readonly string[]): ChildProcess {
  if ((statSync(place.logFile, { throwIfNoEntry: false })?.size ?? 0) > LOG_LIMIT_BYTES) truncateSync(place.logFile);
  const log = openSync(place.logFile, 'a', 0o600);
  try {
    const child = spawn(place.binaries.postgres, ['-D', place.cluster, ...flags], {
      ...runAs(place.account),
      cwd: '/',
      env: SERVER_ENVIRONMENT,
      stdio: ['ignore', 'ignore', log],
      detached: true,
    });
    child.unref(); // whoever forgets to stop it can still exit; the next start ends it
    return child;
  } finally {
    closeSync(log);
  }
}

async function untilReady(child: ChildProcess, place: Place, port: number): Promise<void> {
  let failure: unknown;
  child.once('error', (error) => (failure = error));
  const deadline = performance.now() + START_DEADLINE_MS;
  for (;;) {
    const written = readPostmasterFile(place.cluster);
    if (child.pid !== undefined && written?.pid === child.pid && written.status === 'ready') return;
    if (failure !== undefined || child.exitCode !== null || child.signalCode !== null) throw notStarted(place, port, failure);
    if (performance.now() > deadline) {
      child.kill('SIGQUIT');
      throw notStarted(place, port, `not ready within ${START_DEADLINE_MS / 1000} s`);
    }
    await delay(15);
  }
}

function notStarted(place: Place, port: number, failure: unknown): Problem {
  const lastWords = readFileSync(place.logFile, 'utf8').slice(-2_000).trim();
  if (lastWords.slice(-600).includes('Address already in use')) return portTaken(port); // taken since we looked
  return new Problem(
    'unavailable',
    'embedded-postgres/start',
    `PostgreSQL did not start: ${failure ? String(failure) : ''}\n${lastWords}`,
    {
      log: place.logFile,
    },
  );
}

async function stopServer(child: ChildProcess, ended: Promise<void>): Promise<void> {
  for (const [signal, patienceMs] of [
    ['SIGINT', FAST_STOP_MS],
    ['SIGQUIT', 5_000],
    ['SIGKILL', 5_000],
  ] as const) {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill(signal);
    if (await within(ended, patienceMs)) return;
  }
}

async function within(promise: Promise<void>, ms: number): Promise<boolean> {
  const timer = new AbortController();
  const late = delay(ms, false, { signal: timer.signal }).catch(() => false);
  const won = await Promise.race([promise.then(() => true), late]);
  timer.abort();
  return won;
}
