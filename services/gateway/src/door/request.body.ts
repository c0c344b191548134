import type { IncomingMessage } from 'node:http';
import { Problem } from '#libs/problem';

/** How much of a body is read, and for how long. */
export interface BodyBounds {
  readonly maxBytes: number;
  readonly deadlineMs: number;
}

function tooLarge({ maxBytes }: BodyBounds): Problem {
  return new Problem('too-large', 'gateway/body-too-large', `the body is larger than ${maxBytes} bytes`, { limit: maxBytes });
}

/**
 * Reads a whole body of bounded size within a deadline, so that neither a flood nor a drip of bytes holds the gateway.
 * @throws Problem `gateway/body-too-large`, `gateway/body-too-slow`, `gateway/body-broken`
 */
export async function readBody(request: IncomingMessage, bounds: BodyBounds): Promise<string> {
  if (Number(request.headers['content-length'] ?? 0) > bounds.maxBytes) throw tooLarge(bounds);
  return new Promise<string>((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const settle = (outcome: () => void): void => {
      clearTimeout(timer);
      request.off('data', onData).off('end', onEnd).off('error', onBroken).off('close', onBroken);
      request.pause();
      outcome();
    };
    const onData = (chunk: Buffer): void => {
      bytes += chunk.byteLength;
      if (bytes > bounds.maxBytes) settle(() => reject(tooLarge(bounds)));
      else chunks.push(chunk);
    };
    const onEnd = (): void => settle(() => resolve(Buffer.concat(chunks).toString('utf8')));
    const onBroken = (): void => settle(() => reject(new Problem('cancelled', 'gateway/body-broken', 'the body ended early')));
    const timer = setTimeout(() => {
      settle(() => reject(new Problem('deadline', 'gateway/body-too-slow', `the body took longer than ${bounds.deadlineMs} ms`)));
    }, bounds.deadlineMs);
    request.on('data', onData).once('end', onEnd).once('error', onBroken).once('close', onBroken);
  });
}
