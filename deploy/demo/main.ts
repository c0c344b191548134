import { writeFileSync } from 'node:fs';
import { announcement } from '../local/announce.js';
import { startPlatform, type Platform } from '../local/platform.js';
import { tell } from './flights/tell.js';
import { printed } from './flights/report/print.js';
import { GraphClient } from './graph-client.js';
import { InferenceClient } from './inference-client.js';
import { readOptions, USAGE, type DemoOptions } from './options.js';
import { People } from './people.js';

const startedAt = performance.now();
function say(sentence: string): void {
  process.stdout.write(`${((performance.now() - startedAt) / 1_000).toFixed(1).padStart(6)} s  ${sentence}\n`);
}

async function run(platform: Platform, options: DemoOptions): Promise<void> {
  const people = new People(platform.issuer);
  const graph = new GraphClient(`http://127.0.0.1:${platform.doors.http.gateway}/graphql`, people);
  const inference = new InferenceClient(`127.0.0.1:${platform.doors.grpc.serving}`, people, 'ml-engineer');
  try {
    const report = await tell({ graph, inference, people, options });
    process.stdout.write(`${printed(report)}\n`);
    if (options.report) writeFileSync(options.report, `${JSON.stringify(report, null, 2)}\n`);
  } finally {
    inference.close();
  }
}

/** Whoever interrupts the story still gets a platform that is stopped in order. */
const interrupted = new Promise<'interrupted'>((resolve) => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve('interrupted'));
});

async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2));
  if (!options) {
    process.stdout.write(`${USAGE}\n`);
    return 0;
  }
  const platform = await startPlatform({
    ...options,
    fresh: true, // the story begins on an empty platform, of its own
    databaseUrl: process.env['DATABASE_URL'],
    logLevel: process.env['LOG_LEVEL'],
    say,
  });
  try {
    const told = run(platform, options).then(() => 'told' as const);
    if ((await Promise.race([told, interrupted])) === 'interrupted') return 130;
    if (options.keep) {
      process.stdout.write(`\n${announcement(platform.doors, options.data)}\n`);
      await interrupted;
    }
    return 0;
  } finally {
    await platform.stop();
  }
}

try {
  process.exit(await main());
} catch (error) {
  process.stderr.write(`${(error as Error).stack ?? String(error)}\n`);
  process.exit(1);
}
