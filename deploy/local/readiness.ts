import { setTimeout as delay } from 'node:timers/promises';
import { Problem } from '#libs/problem';

const ASK_DEADLINE_MS = 3_000;

/**
 * Waits until `<url>/health/ready` answers 200.
 * @throws Problem unavailable with the last answer where it does not within `deadlineMs`
 */
export async function untilReady(name: string, url: string, deadlineMs: number, signal?: AbortSignal): Promise<void> {
  const deadline = performance.now() + deadlineMs;
  for (;;) {
    const answer = await askReady(url);
    if (answer === undefined) return;
    signal?.throwIfAborted();
    if (performance.now() > deadline) {
      throw new Problem('unavailable', 'launcher/not-ready', `${name} is not ready after ${deadlineMs / 1000} s: ${answer}`, {
        service: name,
      });
    }
    await delay(50);
  }
}

/** Undefined when ready, else why not. */
async function askReady(url: string): Promise<string | undefined> {
  try {
    const response = await fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(ASK_DEADLINE_MS) });
    const body = (await response.text()).slice(0, 500);
    return response.ok ? undefined : `${response.status} ${body}`;
  } catch (error) {
    return String((error as Error).cause ?? error);
  }
}
