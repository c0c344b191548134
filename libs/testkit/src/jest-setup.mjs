import { chmodSync, mkdtempSync, readdirSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeRun, RUN_PREFIX } from './stop-server.mjs';

/** Gives the run a folder; the first test file that asks for PostgreSQL starts it there (see shared-server.ts). */
export default async function setUp() {
  const parent = realpathSync(tmpdir());
  for (const name of readdirSync(parent).filter((entry) => entry.startsWith(RUN_PREFIX))) {
    const owner = Number(name.slice(RUN_PREFIX.length).split('-')[0]);
    if (!isAlive(owner)) await removeRun(join(parent, name));
  }
  const folder = mkdtempSync(join(parent, `${RUN_PREFIX}${process.pid}-`));
  chmodSync(folder, 0o755); // root's server runs under another account
  process.env.MILLRACE_TEST_RUN = folder;
}

function isAlive(pid) {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error.code === 'EPERM';
  }
}
