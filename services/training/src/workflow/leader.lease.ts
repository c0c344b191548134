import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';

/** A lease that is held. */
export interface HeldLease {
  /** Aborted when the connection that holds the lease is gone: somebody else may hold it now. */
  readonly lost: AbortSignal;
  release(): Promise<void>;
}

const ASK_AGAIN_MS = 1_000;

/**
 * Waits until this process is the one replica that executes: an advisory lock of a session, which PostgreSQL takes back with the
 * connection, however the process ends. Returns undefined once `signal` is aborted.
 */
export async function acquireLease(url: string, name: string, signal: AbortSignal): Promise<HeldLease | undefined> {
  while (!signal.aborted) {
    const held = await tryLease(url, name).catch(() => undefined); // the database is away: ask again
    if (held) return held;
    await delay(ASK_AGAIN_MS, undefined, { signal }).catch(() => undefined);
  }
  return undefined;
}

async function tryLease(url: string, name: string): Promise<HeldLease | undefined> {
  const client = new pg.Client({ connectionString: url, application_name: `millrace lease ${name}`, keepAlive: true });
  const lost = new AbortController();
  client.on('error', () => lost.abort());
  client.on('end', () => lost.abort());
  await client.connect();
  const { rows } = await client.query<{ held: boolean }>('select pg_try_advisory_lock(hashtextextended($1, 0)) as held', [
    `millrace/lease/${name}`,
  ]);
  if (rows[0]?.held) return { lost: lost.signal, release: () => client.end() };
  await client.end();
  return undefined;
}
