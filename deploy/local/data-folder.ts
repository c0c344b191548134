import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { discardCluster } from '#libs/embedded-postgres';
import { Problem } from '#libs/problem';

/** What a running platform says of itself in its data folder. */
export interface PlatformRecord {
  readonly pid: number;
  readonly gateway: string;
  /** Processes of a split platform by service, for the next start to end where this one was killed. */
  readonly children: Readonly<Record<string, number>>;
}

/** The data folder while this process alone may use it. */
export interface HeldFolder {
  readonly path: string;
  /** The record of the start before this one, if any. */
  readonly former: PlatformRecord | undefined;
  record(record: PlatformRecord): void;
  release(): void;
}

/**
 * Makes the folder and takes its lock. The kernel holds the lock for this process and lets go when it ends in any way, so a lock
 * is never stale; SQLite is the portable way to such a lock, its file stays empty.
 * @throws Problem conflict naming the process that has the folder, or where it holds other things than a platform's
 */
export function holdDataFolder(path: string): HeldFolder {
  mkdirSync(path, { recursive: true });
  refuseForeign(path);
  chmodSync(path, 0o711); // the database's account passes through, nobody looks around
  const lock = new DatabaseSync(join(path, 'lock'));
  try {
    lock.exec('pragma journal_mode = off; pragma busy_timeout = 0; begin exclusive');
  } catch (error) {
    lock.close();
    if (!String((error as Error).message).includes('locked')) throw error;
    const pid = readRecord(path)?.pid;
    throw new Problem(
      'conflict',
      'launcher/folder-in-use',
      `${path} is in use by process ${pid ?? '(unknown yet)'}: stop it, or choose another --data`,
      {
        folder: path,
        ...(pid === undefined ? {} : { pid }),
      },
    );
  }
  const former = readRecord(path);
  const record = (next: PlatformRecord): void => writeRecord(path, next);
  record({ pid: process.pid, gateway: former?.gateway ?? '', children: former?.children ?? {} });
  return { path, former, record, release: () => lock.close() };
}

/** A mistyped --data must not have somebody's folder closed, filled or emptied. */
function refuseForeign(path: string): void {
  const entries = readdirSync(path);
  if (isDataFolder(path) || entries.every((entry) => isDataFolder(join(path, entry)))) return;
  throw new Problem(
    'conflict',
    'launcher/foreign-folder',
    `${path} holds other things: choose a new or an empty folder as --data`,
    {
      folder: path,
    },
  );
}

function isDataFolder(path: string): boolean {
  return ['lock', 'platform.json'].some((name) => existsSync(join(path, name)));
}

/**
 * Removes what earlier starts left, a PostgreSQL server that outlived its launcher included, but not the folder of another platform
 * inside. The caller holds the folder.
 */
export async function emptyFolder(path: string): Promise<void> {
  await discardCluster(join(path, 'postgres'));
  for (const entry of readdirSync(path)) {
    const stays = entry === 'lock' || entry === 'platform.json' || isDataFolder(join(path, entry));
    if (!stays) rmSync(join(path, entry), { recursive: true, force: true });
  }
}

/** The record of the platform that runs on the folder, or ran there last. */
export function readRecord(path: string): PlatformRecord | undefined {
  try {
    return JSON.parse(readFileSync(join(path, 'platform.json'), 'utf8')) as PlatformRecord;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function writeRecord(path: string, record: PlatformRecord): void {
  const file = join(path, 'platform.json');
  writeFileSync(`${file}.half`, `${JSON.stringify(record, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${file}.half`, file);
}
