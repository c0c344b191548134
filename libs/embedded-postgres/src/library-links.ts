import { lstatSync, readFileSync, symlinkSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

interface LibraryLink {
  readonly source: string;
  readonly target: string;
}

/**
 * Recreates the links between versions of the shared libraries under `root`. npm packages cannot carry links, so the package
 * lists them and makes them in an install script, and install scripts are often off (npm blocks them by default since 11).
 * @returns false where a link is missing and the folder cannot be written; the caller then works on a copy
 */
export function linkLibraries(root: string): boolean {
  for (const { source, target } of listedLinks(root)) {
    const link = inside(root, target);
    if (exists(link)) continue;
    try {
      symlinkSync(relative(dirname(link), inside(root, source)), link);
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      if (code === 'EEXIST') continue; // another start made it in the meantime
      if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') return false;
      throw error;
    }
  }
  return true;
}

function listedLinks(root: string): readonly LibraryLink[] {
  try {
    return JSON.parse(readFileSync(join(root, 'pg-symlinks.json'), 'utf8')) as LibraryLink[];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []; // Windows has none
    throw error;
  }
}

/** The list names its files from above the root, under the name the root has in the package: a copy may have another. */
function inside(root: string, listed: string): string {
  return join(root, ...listed.split('/').slice(1));
}

/** A dangling link exists too: `existsSync` would follow it. */
function exists(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}
