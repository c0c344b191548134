import type { IncomingMessage } from 'node:http';
import { Problem } from '#libs/problem';
import { readBody, type BodyBounds } from './request.body.js';

/** The body of one GraphQL operation (GraphQL over HTTP). */
export interface OperationBody {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>> | null;
  readonly operationName?: string | null;
  readonly extensions?: Readonly<Record<string, unknown>> | null;
}

/**
 * A form can be sent by any page of any site without asking first; JSON cannot. So JSON alone is read, without compression
 * (a small body that grows large).
 */
function requireJson(request: IncomingMessage): void {
  const [type = '', ...parameters] = (request.headers['content-type'] ?? '').toLowerCase().split(';');
  const charset = parameters.map((parameter) => parameter.trim()).find((parameter) => parameter.startsWith('charset='));
  const readable = charset === undefined || charset === 'charset=utf-8' || charset === 'charset="utf-8"';
  const encoding = request.headers['content-encoding'] ?? 'identity';
  if (type.trim() !== 'application/json' || !readable || encoding !== 'identity') {
    throw new Problem('invalid', 'gateway/media-type', 'an operation is sent as application/json in UTF-8, uncompressed');
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new Problem('invalid', 'gateway/body-not-json', 'the body is not JSON');
  }
}

/**
 * Reads the operation of a POST.
 * @throws Problem `gateway/media-type`, `gateway/body-not-json`, `gateway/operation-malformed` and those of `readBody`
 */
export async function readOperation(request: IncomingMessage, bounds: BodyBounds): Promise<OperationBody> {
  requireJson(request);
  const body = parsed(await readBody(request, bounds));
  const optional = (value: unknown, fits: (value: unknown) => boolean): boolean =>
    value === undefined || value === null || fits(value);
  const wellFormed =
    isRecord(body) &&
    typeof body['query'] === 'string' &&
    optional(body['variables'], isRecord) &&
    optional(body['extensions'], isRecord) &&
    optional(body['operationName'], (name) => typeof name === 'string');
  if (wellFormed) return body as unknown as OperationBody;
  throw new Problem(
    'invalid',
    'gateway/operation-malformed',
    'one operation is an object with a query and, if needed, variables',
  );
}
