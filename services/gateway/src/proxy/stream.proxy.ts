import { Agent, request as httpRequest, type ClientRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { pipeline } from 'node:stream/promises';
import { Problem } from '#libs/problem';
import { bodyTooLarge, ByteLimit } from './byte.limit.js';
import { passedOn } from './proxy.headers.js';

export interface ProxyBounds {
  readonly maxBytes: number;
  /** Bytes must move, in one direction or the other, at least this often. */
  readonly idleMs: number;
}

/** One request on its way. */
interface Passage {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly upstream: ClientRequest;
  readonly moved: () => void;
}

/** Streams a request to a service and its answer back, holding neither in memory. */
export class StreamProxy {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 64 });

  /**
   * @param target the service's door and the path on it
   * @throws Problem `gateway/body-too-large`, `gateway/stood-still`, `gateway/service-unavailable`; once an answer has begun,
   *   whoever called must break it off
   */
  async pass(request: IncomingMessage, response: ServerResponse, target: URL, bounds: ProxyBounds): Promise<void> {
    if (Number(request.headers['content-length'] ?? 0) > bounds.maxBytes) throw bodyTooLarge(bounds.maxBytes);
    const upstream = this.open(request, target);
    const stoodStill = new Problem('deadline', 'gateway/stood-still', `no bytes moved for ${bounds.idleMs} ms`);
    const idle = setTimeout(() => upstream.destroy(stoodStill), bounds.idleMs);
    const gone = (): void => void upstream.destroy();
    response.once('close', gone);
    try {
      await through({ request, response, upstream, moved: () => idle.refresh() }, bounds.maxBytes);
    } catch (error) {
      upstream.destroy();
      throw error instanceof Problem ? error : unavailable(target);
    } finally {
      clearTimeout(idle);
      response.off('close', gone);
    }
  }

  dispose(): void {
    this.agent.destroy();
  }

  private open(request: IncomingMessage, target: URL): ClientRequest {
    const secure = target.protocol === 'https:';
    const options = { method: request.method, headers: passedOn(request.headers), ...(secure ? {} : { agent: this.agent }) };
    return (secure ? httpsRequest : httpRequest)(target, options);
  }
}

async function through(passage: Passage, maxBytes: number): Promise<void> {
  const { response, moved } = passage;
  const answer = await answerTo(passage, maxBytes);
  moved();
  answer.on('data', moved);
  response.writeHead(answer.statusCode ?? 502, passedOn(answer.headers));
  await pipeline(answer, response);
}

/**
 * Sends the body and waits for the answer, which may come before the body is through: a service that refuses does not read on.
 * The caller's own stream is left whole whatever happens, for the refusal goes out on the same connection.
 */
function answerTo({ request, upstream, moved }: Passage, maxBytes: number): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const limit = new ByteLimit(maxBytes, moved);
    const fail = (error: Error): void => {
      request.unpipe(limit);
      upstream.destroy();
      reject(error);
    };
    limit.once('error', fail);
    upstream.on('error', fail).once('response', resolve);
    request.pipe(limit).pipe(upstream);
  });
}

function unavailable(target: URL): Problem {
  return new Problem('unavailable', 'gateway/service-unavailable', `the service behind ${target.pathname} does not answer`);
}
