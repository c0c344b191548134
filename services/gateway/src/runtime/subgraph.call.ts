import { print, type DocumentNode } from 'graphql';
import type { ExecutionRequest } from '@graphql-tools/utils';

/** One operation on its way to one subgraph. */
export interface SubgraphCall {
  readonly service: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly payload: { readonly query: string; readonly variables?: Record<string, unknown>; readonly operationName?: string };
  readonly signal?: AbortSignal;
}

/** What the caller sent and the services need: who it is and which trace it belongs to. Nothing else is passed on. */
const PASSED_ON = ['authorization', 'traceparent', 'tracestate', 'x-request-id'] as const;

interface Caller {
  readonly headers?: Readonly<Record<string, string | undefined>>;
}

const printed = new WeakMap<DocumentNode, string>();

function textOf(document: DocumentNode): string {
  const known = printed.get(document);
  if (known !== undefined) return known;
  const text = print(document);
  printed.set(document, text);
  return text;
}

function headersOf(context: Caller | undefined): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const name of PASSED_ON) {
    const value = context?.headers?.[name];
    if (value !== undefined) headers[name] = value;
  }
  return headers;
}

export function subgraphCall(service: string, url: string, request: ExecutionRequest): SubgraphCall {
  const { document, variables, operationName } = request;
  const signal = request.signal ?? request.info?.signal;
  return {
    service,
    url,
    headers: headersOf(request.context as Caller | undefined),
    payload: {
      query: textOf(document),
      ...(variables ? { variables: variables as Record<string, unknown> } : {}),
      ...(operationName ? { operationName } : {}),
    },
    ...(signal ? { signal } : {}),
  };
}
