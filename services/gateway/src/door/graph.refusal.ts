import type { IncomingMessage, ServerResponse } from 'node:http';
import { internalGraphError, toGraphError } from '#libs/graph';
import { Problem, type ProblemKind } from '#libs/problem';

const STATUS: Readonly<Partial<Record<ProblemKind, number>>> = {
  unauthenticated: 401,
  forbidden: 403,
  'not-found': 404,
  'too-large': 413,
  deadline: 408,
  exhausted: 429,
  unimplemented: 501,
  unavailable: 503,
};
/** Refusals that HTTP has a status of its own for. */
const STATUS_OF_SLUG: Readonly<Record<string, number>> = {
  'gateway/method': 405,
  'gateway/not-acceptable': 406,
  'gateway/media-type': 415,
};

function statusOf(problem: Problem): number {
  return STATUS_OF_SLUG[problem.slug] ?? STATUS[problem.kind] ?? 400;
}

/**
 * Answers an operation that is refused before it is one, in the words of GraphQL over HTTP. The rest of an unread body is not worth
 * reading: the connection closes after the answer.
 */
export function refuseOperation(request: IncomingMessage, response: ServerResponse, error: unknown): void {
  if (response.headersSent) return void response.destroy();
  const known = error instanceof Problem;
  const asGraphResponse = (request.headers.accept ?? '').includes('application/graphql-response+json');
  const body = JSON.stringify({ errors: [(known ? toGraphError(error) : internalGraphError()).toJSON()] });
  if (known && error.kind === 'unauthenticated') response.setHeader('www-authenticate', 'Bearer');
  if (!request.complete) response.setHeader('connection', 'close');
  response.writeHead(known ? statusOf(error) : 500, {
    'content-type': `${asGraphResponse ? 'application/graphql-response+json' : 'application/json'}; charset=utf-8`,
    'cache-control': 'no-store',
  });
  response.end(body, () => {
    if (!request.complete) request.destroy();
  });
}
