import { readEnv } from '#libs/config';
import { runMain } from '#libs/host';
import { start } from './app.js';
import { governanceEnv } from './env.js';

await runMain(() => start(readEnv(governanceEnv)));
