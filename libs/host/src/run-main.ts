import { EnvironmentFault } from '#libs/config';
import { Problem } from '#libs/problem';
import type { RunningService } from './host.js';

function explain(error: unknown): string {
  return error instanceof EnvironmentFault || error instanceof Problem ? error.message : String((error as Error).stack ?? error);
}

/** The whole of a service's `main.ts`: starts it, drains it on SIGTERM and SIGINT, says on standard error why it could not start. */
export async function runMain(start: () => Promise<RunningService>): Promise<void> {
  try {
    const running = await start();
    const end = (): void =>
      void running.stop().then(
        () => process.exit(0),
        () => process.exit(1),
      );
    process.once('SIGTERM', end);
    process.once('SIGINT', end);
    process.once('disconnect', end); // a launcher that dies must not leave services behind
    process.send?.({ ready: running.service, httpPort: running.httpPort, grpcPort: running.grpcPort });
  } catch (error) {
    process.stderr.write(`${explain(error)}\n`);
    process.exitCode = 1;
    process.disconnect?.();
  }
}
