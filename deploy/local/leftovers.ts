import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

const PATIENCE_MS = 12_000;

/**
 * Ends the service processes of a split platform whose launcher was killed; they drain by themselves when it goes, and are killed
 * where they do not. Only for the holder of the data folder.
 */
export async function endLeftovers(pids: readonly number[], say: (sentence: string) => void): Promise<void> {
  let left = pids.filter(isService);
  if (left.length > 0) say(`waiting for ${left.length} services of a killed start to end`);
  const deadline = performance.now() + PATIENCE_MS;
  while (left.length > 0 && performance.now() < deadline) {
    await delay(50);
    left = left.filter(isService);
  }
  for (const pid of left) process.kill(-pid, 'SIGKILL');
}

/** Ids are reused: only a process that runs a service's main is ours. */
function isService(pid: number): boolean {
  return /services\/[a-z]+\/src\/main\.js/.test(commandLine(pid));
}

function commandLine(pid: number): string {
  try {
    if (process.platform === 'linux') return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
    return execFileSync('ps', ['-p', String(pid), '-o', 'command='], { encoding: 'utf8' });
  } catch {
    return '';
  }
}
