import { existsSync, mkdirSync, realpathSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { locateBinaries, type Binaries } from './binaries.js';
import { linkLibraries } from './library-links.js';
import { stopServerOf } from './orphan.js';
import { barrierTo, serverAccount, type OsAccount } from './os-account.js';
import { stageBinaries, stagingFolder } from './staging.js';

/** Where one server's parts are, and who runs it. */
export interface Place {
  readonly binaries: Binaries;
  readonly cluster: string;
  readonly passwordFile: string;
  readonly logFile: string;
  readonly account: OsAccount | undefined;
}

/**
 * Decides where binaries and cluster can live so that the server's account reaches both.
 * @param folder the cluster's folder as asked for; its password and log stay beside it in any case
 * @param say told in one sentence when something had to move
 */
export async function findPlace(folder: string, say: (sentence: string) => void): Promise<Place> {
  mkdirSync(dirname(folder), { recursive: true });
  const asked = realFolder(folder);
  const account = serverAccount();
  const passwordFile = `${asked}-password`;
  return {
    binaries: reachableBinaries(await locateBinaries(), account, say),
    cluster: await reachableCluster(asked, passwordFile, account, say),
    passwordFile,
    logFile: `${asked}.log`,
    account,
  };
}

/** The folder without links on its way; itself it need not exist. */
export function realFolder(folder: string): string {
  return join(realpathSync(dirname(folder)), basename(folder));
}

function reachableBinaries(installed: Binaries, account: OsAccount | undefined, say: (sentence: string) => void): Binaries {
  const barrier = barrierTo(join(installed.root, 'bin', 'postgres'), account);
  if (barrier === undefined && linkLibraries(installed.root)) return installed;
  const staged = stageBinaries(installed);
  linkLibraries(staged.root);
  say(
    `PostgreSQL's binaries are copied to ${staged.root}, because ${barrier ? closed(barrier, account) : `${installed.root} cannot be written`}`,
  );
  return staged;
}

/** Where the cluster of `asked` is, or would be: there, or in its staging folder. */
export function clusterOf(
  asked: string,
  account: OsAccount | undefined,
): { readonly cluster: string; readonly barrier: string | undefined } {
  const barrier = barrierTo(asked, account);
  return { cluster: barrier === undefined ? asked : join(stagingFolder(asked), 'cluster'), barrier };
}

async function reachableCluster(
  asked: string,
  passwordFile: string,
  account: OsAccount | undefined,
  say: (sentence: string) => void,
): Promise<string> {
  const { cluster, barrier } = clusterOf(asked, account);
  if (barrier === undefined) return cluster;
  // The password lives in the data folder: where that was removed, the cluster left behind belongs to nobody any more.
  if (existsSync(cluster) && !existsSync(passwordFile)) {
    await stopServerOf(cluster);
    rmSync(cluster, { recursive: true, force: true });
    say(`the cluster of a removed data folder was deleted from ${cluster}`);
  }
  say(`PostgreSQL keeps its cluster in ${cluster}, because ${closed(barrier, account)}`);
  return cluster;
}

function closed(barrier: string, account: OsAccount | undefined): string {
  return `${barrier} is closed to the account ${account?.name} it runs under`;
}
