import { existsSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { stopServerOf } from './orphan.js';
import { serverAccount } from './os-account.js';
import { clusterOf, realFolder } from './place.js';

/**
 * Removes a cluster with its password and log, wherever it is, after ending a server that was left on it. The caller guards the
 * folder, as for a start.
 * @param folder the cluster's folder as it was asked for at its start
 */
export async function discardCluster(folder: string): Promise<void> {
  if (!existsSync(dirname(folder))) return;
  const asked = realFolder(folder);
  const { cluster } = clusterOf(asked, serverAccount());
  await stopServerOf(cluster);
  for (const path of [cluster, `${asked}.half`, `${asked}-password`, `${asked}.log`])
    rmSync(path, { recursive: true, force: true });
}
