import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** The folder's cluster and its owner's process id are found by name, so that a later run can clean up after one that was killed. */
export const RUN_PREFIX = 'millrace-test-';

/** Ends the throw-away server of a test run at once (its data is not worth a checkpoint) and removes the run's folder. */
export async function removeRun(folder) {
  const cluster = join(folder, 'postgres');
  const pid = serverOf(cluster);
  if (pid !== undefined) {
    process.kill(pid, 'SIGQUIT');
    for (let waitedMs = 0; waitedMs < 10_000 && serverOf(cluster) === pid; waitedMs += 20) await delay(20);
  }
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}

function serverOf(cluster) {
  try {
    const pid = Number(readFileSync(join(cluster, 'postmaster.pid'), 'utf8').split('\n')[0]);
    process.kill(pid, 0);
    if (process.platform === 'linux' && !readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(cluster)) return undefined;
    return pid;
  } catch {
    return undefined;
  }
}
