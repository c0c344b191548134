import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Problem } from '#libs/problem';
import { commandLine, ended } from './processes.js';

/** What a server writes about itself into its cluster (miscadmin.h, `LOCK_FILE_LINE_*`). */
export interface PostmasterFile {
  readonly pid: number;
  /** `starting`, `ready`, `stopping` or `standby`; '' before the first report. */
  readonly status: string;
}

export function readPostmasterFile(cluster: string): PostmasterFile | undefined {
  try {
    const lines = readFileSync(join(cluster, 'postmaster.pid'), 'utf8').split('\n');
    const pid = Number(lines[0]);
    return Number.isInteger(pid) && pid > 0 ? { pid, status: lines[7]?.trim() ?? '' } : undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/**
 * Stops the server that still runs on this cluster because its parent was killed. Call it only while holding whatever guards the
 * cluster: a living parent's server looks the same.
 * @returns the id of the process that was stopped, or undefined where none ran
 * @throws Problem unavailable where it does not end
 */
export async function stopServerOf(cluster: string): Promise<number | undefined> {
  const pid = readPostmasterFile(cluster)?.pid;
  if (pid === undefined || !servesCluster(pid, cluster)) return undefined;
  for (const [signal, patienceMs] of [
    ['SIGINT', 15_000], // fast shutdown: sessions are ended, the last checkpoint is written
    ['SIGQUIT', 5_000], // immediate: the next start recovers from the log
  ] as const) {
    process.kill(pid, signal);
    if (await ended(pid, patienceMs)) return pid;
  }
  throw new Problem('unavailable', 'embedded-postgres/orphan', `PostgreSQL ${pid} still runs on ${cluster} and does not stop`, {
    pid,
  });
}

function servesCluster(pid: number, cluster: string): boolean {
  const command = commandLine(pid);
  return command.includes('postgres') && command.includes(cluster);
}
