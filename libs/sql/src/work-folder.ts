import { mkdir, readdir, rm } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';

const OWNED = /^sql-(\d+)-[0-9a-f]+$/;

/** Makes a folder that belongs to this process, and removes those whose processes are gone. */
export async function claimWorkFolder(root: string): Promise<string> {
  await mkdir(root, { recursive: true });
  for (const name of await readdir(root)) {
    const pid = Number(OWNED.exec(name)?.[1]);
    if (pid > 0 && !lives(pid)) await rm(join(root, name), { recursive: true, force: true });
  }
  const folder = join(root, `sql-${process.pid}-${randomBytes(6).toString('hex')}`);
  await mkdir(folder, { mode: 0o700 });
  return folder;
}

function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // A process of another user cannot be signalled, and lives.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
