import { chownSync, readFileSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { Problem } from '#libs/problem';

/** The account a server runs as when we ourselves are root. */
export interface OsAccount {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/**
 * PostgreSQL refuses to run as root, so root hands the server to `postgres` or else to `nobody`.
 * @returns undefined for everybody but root: the server then runs as ourselves
 * @throws Problem unavailable where root has neither account
 */
export function serverAccount(passwd: () => string = () => readFileSync('/etc/passwd', 'utf8')): OsAccount | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const entries = passwd()
    .split('\n')
    .map((line) => line.split(':'));
  for (const name of ['postgres', 'nobody']) {
    const entry = entries.find((fields) => fields[0] === name);
    if (entry) return { name, uid: Number(entry[2]), gid: Number(entry[3]) };
  }
  throw new Problem(
    'unavailable',
    'embedded-postgres/no-account',
    'root needs an account `postgres` or `nobody` to run PostgreSQL under',
  );
}

/** What `spawn` needs to run as the account. */
export function runAs(account: OsAccount | undefined): { readonly uid?: number; readonly gid?: number } {
  return account ? { uid: account.uid, gid: account.gid } : {};
}

export function giveTo(account: OsAccount | undefined, path: string): void {
  if (account) chownSync(path, account.uid, account.gid);
}

/** The first existing folder on the way to `path` that `account` may not pass through, or undefined. */
export function barrierTo(path: string, account: OsAccount | undefined): string | undefined {
  if (!account) return undefined;
  for (const folder of foldersAbove(resolve(path))) {
    const stats = statSync(folder, { throwIfNoEntry: false });
    if (stats && !mayTraverse(stats, account)) return folder;
  }
  return undefined;
}

function foldersAbove(path: string): readonly string[] {
  const parent = dirname(path);
  return parent === path ? [path] : [...foldersAbove(parent), parent];
}

function mayTraverse(stats: { readonly mode: number; readonly uid: number; readonly gid: number }, account: OsAccount): boolean {
  if (stats.uid === account.uid) return (stats.mode & 0o100) !== 0;
  if (stats.gid === account.gid) return (stats.mode & 0o010) !== 0;
  return (stats.mode & 0o001) !== 0;
}
