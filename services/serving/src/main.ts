import { readEnv } from '#libs/config';
import { runMain } from '#libs/host';
import { start } from './app.js';
import { servingEnv } from './env.js';

await runMain(() => start(readEnv(servingEnv)));
