import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { EVENT_LOG, provision, urlFor } from '#libs/database';
import { startEmbeddedPostgres } from '#libs/embedded-postgres';

/** Every service with a schema, and the event log. */
export const PROVISIONED = [
  'data',
  'features',
  'training',
  'registry',
  'serving',
  'monitoring',
  'governance',
  EVENT_LOG,
] as const;
export const TEMPLATE = 'millrace_template';
export const passwordOf = (role: string): string => `${role}-in-tests`;

const START_DEADLINE_MS = 60_000;

/**
 * The one PostgreSQL of this jest run. Test files run in several processes, so the first to create the lock file starts the
 * server and the others wait for its address; jest's global teardown ends it, because its starter's process may be gone by then.
 * @returns the superuser's address
 */
export async function sharedServer(): Promise<string> {
  const run = process.env['MILLRACE_TEST_RUN'];
  if (run === undefined) throw new Error('MILLRACE_TEST_RUN is not set: run tests with the jest.config.mjs of the repository');
  const address = join(run, 'address');
  const deadline = performance.now() + START_DEADLINE_MS;
  for (;;) {
    const url = readIfThere(address);
    if (url !== undefined) return url;
    if (takeLock(join(run, 'starting'))) return startFor(run, address);
    if (performance.now() > deadline) throw new Error(`no test PostgreSQL within ${START_DEADLINE_MS} ms in ${run}`);
    await delay(25);
  }
}

async function startFor(run: string, address: string): Promise<string> {
  try {
    const server = await startEmbeddedPostgres({
      folder: join(run, 'postgres'),
      port: 0,
      durability: 'volatile',
      memory: { sharedBuffersMb: 64, workMemMb: 8, maxConnections: 200 },
    });
    await makeTemplate(server.adminUrl);
    writeFileSync(`${address}.half`, server.adminUrl, { mode: 0o600 });
    renameSync(`${address}.half`, address); // readers see it whole
    return server.adminUrl;
  } catch (error) {
    rmSync(join(run, 'starting'), { force: true }); // the next file tries again and reports its own failure
    throw error;
  }
}

/** A test's database is a copy of this one: schemas and roles are made once a run. */
async function makeTemplate(adminUrl: string): Promise<void> {
  const admin = new pg.Client({ connectionString: adminUrl });
  await admin.connect();
  await admin.query(`create database ${TEMPLATE}`);
  await admin.end();
  const { username, password } = new URL(adminUrl);
  await provision(urlFor(adminUrl, username, decodeURIComponent(password), TEMPLATE), { services: PROVISIONED, passwordOf });
}

function takeLock(file: string): boolean {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
