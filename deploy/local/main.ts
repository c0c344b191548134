import { EnvironmentFault } from '#libs/config';
import { Problem } from '#libs/problem';
import { announcement } from './announce.js';
import { readOptions, USAGE } from './options.js';
import { startPlatform, type Platform } from './platform.js';

/** Longer than any single service may take; after it we leave, and the next start clears up. */
const STOP_DEADLINE_MS = 40_000;

const startedAt = performance.now();
function say(sentence: string): void {
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1).padStart(5);
  process.stdout.write(`${seconds} s  ${sentence}\n`);
}

/** The first signal stops the platform, also while it is still starting. */
const stopAsked = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () =>
    stopAsked.abort(new Problem('cancelled', 'launcher/stopped', `stopped by ${signal} before it was ready`)),
  );
}
const signalled = new Promise<'signal'>((resolve) => stopAsked.signal.addEventListener('abort', () => resolve('signal')));

async function stop(platform: Platform): Promise<void> {
  const leave = setTimeout(() => {
    say('gave up waiting');
    process.exit(1);
  }, STOP_DEADLINE_MS);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => say('stopping already'));
  await platform.stop();
  clearTimeout(leave);
  say('stopped');
}

async function run(): Promise<number> {
  const options = readOptions(process.argv.slice(2));
  if (!options) {
    process.stdout.write(`${USAGE}\n`);
    return 0;
  }
  const platform = await startPlatform({
    ...options,
    databaseUrl: process.env['DATABASE_URL'],
    logLevel: process.env['LOG_LEVEL'],
    signal: stopAsked.signal,
    say,
  });
  process.stdout.write(`${announcement(platform.doors, options.data)}\n`);
  say('ready');
  const reason = await Promise.race([signalled, platform.databaseEnded.then(() => 'database' as const)]);
  say(reason === 'signal' ? 'stopping' : 'stopping, because PostgreSQL ended by itself');
  await stop(platform);
  return reason === 'signal' ? 0 : 1;
}

try {
  process.exit(await run());
} catch (error) {
  const known = error instanceof Problem || error instanceof EnvironmentFault;
  process.stderr.write(`${known ? error.message : (error as Error).stack}\n`);
  process.exit(1);
}
