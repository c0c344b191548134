import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Problem } from '#libs/problem';
import type { Binaries } from './binaries.js';
import type { Durability } from './flags.js';
import { giveTo, runAs, type OsAccount } from './os-account.js';

/** The superuser of an embedded cluster; services never connect as it. */
export const ADMIN_ROLE = 'millrace_admin';
const run = promisify(execFile);

/** All the server sees of our environment, which may hold secrets: its messages must be the ones we read, in any locale. */
export const SERVER_ENVIRONMENT = { LC_ALL: 'C', LC_MESSAGES: 'C', TZ: 'UTC' } as const;

export function clusterExists(cluster: string): boolean {
  return existsSync(join(cluster, 'PG_VERSION'));
}

/** The administrator's password, made at the first start; only the account that starts the platform can read it. */
export function adminPassword(file: string): string {
  try {
    writeFileSync(file, `${randomBytes(24).toString('base64url')}\n`, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  chmodSync(file, 0o600);
  return readFileSync(file, 'utf8').trim();
}

/**
 * Creates the cluster beside its place and renames it there: a start that was killed half way leaves nothing that a later one
 * could take for a cluster.
 */
export async function createCluster(
  cluster: string,
  password: string,
  binaries: Binaries,
  account: OsAccount | undefined,
  durability: Durability,
): Promise<void> {
  const half = `${cluster}.half`;
  const passwordFile = `${cluster}.password`;
  rmSync(half, { recursive: true, force: true });
  rmSync(passwordFile, { force: true });
  mkdirSync(half, { mode: 0o700 });
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
  giveTo(account, half);
  giveTo(account, passwordFile);
  try {
    await run(binaries.initdb, initdbArguments(half, passwordFile, durability), {
      ...runAs(account),
      cwd: '/', // the account may not enter ours
      env: SERVER_ENVIRONMENT,
    });
  } catch (cause) {
    const said = String((cause as { stderr?: string }).stderr ?? cause).trim();
    throw new Problem('unavailable', 'embedded-postgres/initdb', `PostgreSQL could not create its cluster in ${half}: ${said}`);
  } finally {
    rmSync(passwordFile, { force: true });
  }
  renameSync(half, cluster);
}

function initdbArguments(folder: string, passwordFile: string, durability: Durability): readonly string[] {
  return [
    `--pgdata=${folder}`,
    `--username=${ADMIN_ROLE}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale-provider=builtin', // sorts the same on every machine, whatever locales it has
    '--builtin-locale=C.UTF-8',
    '--locale=C',
    '--no-instructions',
    ...(durability === 'volatile' ? ['--no-sync'] : []),
  ];
}
