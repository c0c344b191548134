import { createHash } from 'node:crypto';
import { chmodSync, cpSync, existsSync, lstatSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Problem } from '#libs/problem';
import type { Binaries } from './binaries.js';

const STAGING_PARENT = '/var/tmp';

/**
 * The folder that stands in for `path` where the server's account cannot reach it, such as a clone under a closed home.
 * Named by the hash of the path, so every start of the same clone finds the same cluster.
 * @throws Problem conflict where somebody else owns that name: /var/tmp is open to everyone
 */
export function stagingFolder(path: string): string {
  const hash = createHash('sha256').update(resolve(path)).digest('hex').slice(0, 16);
  const folder = join(STAGING_PARENT, `millrace-${hash}`);
  mkdirSync(folder, { recursive: true, mode: 0o755 });
  const stats = lstatSync(folder);
  if (!stats.isDirectory() || stats.uid !== process.getuid?.()) {
    throw new Problem(
      'conflict',
      'embedded-postgres/staging-taken',
      `${folder} belongs to somebody else: remove it, or choose another data folder`,
      {
        folder,
      },
    );
  }
  chmodSync(folder, 0o755); // whatever our umask was
  return folder;
}

/** Copies a distribution out of a closed place, whole or not at all; a copy of the same version is used again. */
export function stageBinaries(binaries: Binaries): Binaries {
  const target = join(stagingFolder(binaries.root), `postgresql-${binaries.version}`);
  if (!existsSync(target)) {
    const half = `${target}.${process.pid}`;
    rmSync(half, { recursive: true, force: true });
    // The links are made anew in the copy: copied ones could point back into the closed folder.
    cpSync(binaries.root, half, { recursive: true, filter: (source) => !lstatSync(source).isSymbolicLink() });
    chmodSync(half, 0o755);
    renameOrKeep(half, target);
  }
  const inside = (path: string): string => join(target, path.slice(binaries.root.length));
  return { ...binaries, root: target, initdb: inside(binaries.initdb), postgres: inside(binaries.postgres) };
}

/** Where two starts staged at once, the first one's copy stays. */
function renameOrKeep(half: string, target: string): void {
  try {
    renameSync(half, target);
  } catch (error) {
    if (!existsSync(target)) throw error;
    rmSync(half, { recursive: true, force: true });
  }
}
