import type { ExecutionResult } from '@graphql-tools/utils';
import { revived, subgraphFailure, subgraphUnavailable } from './subgraph.errors.js';
import type { SubgraphCall } from './subgraph.call.js';

/** Bounds of one call to a subgraph. */
export interface QueryBounds {
  readonly deadlineMs: number;
  readonly maxAnswerBytes: number;
}

class TooLarge extends Error {}

async function readBounded(response: Response, maxBytes: number): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > maxBytes) throw new TooLarge();
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

function answerOf(text: string, service: string): ExecutionResult {
  const { data, errors } = JSON.parse(text) as Record<string, unknown>;
  if (data === undefined && !Array.isArray(errors)) return subgraphUnavailable(service);
  const revivedErrors = revived(Array.isArray(errors) ? errors : undefined);
  return { ...(data === undefined ? {} : { data }), ...(revivedErrors ? { errors: revivedErrors } : {}) };
}

async function once(call: SubgraphCall, bounds: QueryBounds, deadline: AbortSignal): Promise<ExecutionResult> {
  const signal = call.signal ? AbortSignal.any([call.signal, deadline]) : deadline;
  const response = await fetch(call.url, {
    method: 'POST',
    headers: { ...call.headers, 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify(call.payload),
    redirect: 'error',
    signal,
  });
  return answerOf(await readBounded(response, bounds.maxAnswerBytes), call.service);
}

// Only what surely did not reach the service is tried again: a connection that was never made.
function neverSent(error: unknown): boolean {
  const code = ((error as Error).cause as { code?: string } | undefined)?.code;
  return code === 'ECONNREFUSED' || code === 'UND_ERR_CONNECT_TIMEOUT';
}

/** Calls a subgraph over HTTP. What goes wrong on the way becomes errors with a code, never a throw. */
export async function querySubgraph(call: SubgraphCall, bounds: QueryBounds): Promise<ExecutionResult> {
  const deadline = AbortSignal.timeout(bounds.deadlineMs);
  try {
    return await once(call, bounds, deadline).catch((error: unknown) => {
      if (!neverSent(error)) throw error;
      return once(call, bounds, deadline);
    });
  } catch (error) {
    const { service } = call;
    if (call.signal?.aborted) return subgraphFailure('cancelled', 'gateway/cancelled', 'the caller went away', service);
    if (deadline.aborted) {
      return subgraphFailure('deadline', 'gateway/service-too-slow', `the service ${service} did not answer in time`, service);
    }
    if (error instanceof TooLarge) {
      return subgraphFailure('too-large', 'gateway/answer-too-large', `the answer of ${service} is too large`, service);
    }
    return subgraphUnavailable(service);
  }
}
