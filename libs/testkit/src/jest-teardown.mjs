import { removeRun } from './stop-server.mjs';

export default async function tearDown() {
  if (process.env.MILLRACE_TEST_RUN) await removeRun(process.env.MILLRACE_TEST_RUN);
}
