import { createServer } from 'node:net';
import { Problem } from '#libs/problem';

/**
 * Finds out whether the loopback port is free, by taking it for a moment; 0 finds a free one.
 * @returns the port
 * @throws Problem conflict naming the port where another program has it
 */
export function freePort(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) => reject(error.code === 'EADDRINUSE' ? portTaken(port) : error));
    probe.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      const { port: found } = probe.address() as { port: number };
      probe.close(() => resolve(found));
    });
  });
}

export function portTaken(port: number): Problem {
  return new Problem(
    'conflict',
    'embedded-postgres/port-taken',
    `port ${port}, meant for PostgreSQL, is used by another program`,
    { port },
  );
}
