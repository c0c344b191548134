import { createClient as createSocket, type Client as Socket } from 'graphql-ws';
import { createClient as createEvents, type Client as Events } from 'graphql-sse';
import WebSocket from 'ws';

export interface GraphFault {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions?: { readonly code?: string; readonly problem?: string; readonly [fact: string]: unknown };
}

/** What the graph answered where it was not all good. */
export class GraphRefusal extends Error {
  override readonly name = 'GraphRefusal';
  constructor(
    readonly faults: readonly GraphFault[],
    /** What was answered beside the faults. */
    readonly data: unknown,
  ) {
    super(faults.map((fault) => `${fault.extensions?.problem ?? fault.extensions?.code ?? ''} ${fault.message}`).join('\n'));
  }

  get problem(): string | undefined {
    return this.faults[0]?.extensions?.problem;
  }
}

type Variables = Readonly<Record<string, unknown>>;

/** One person at the gateway's graph: over HTTP, and subscriptions over WebSocket or SSE. */
export class GraphClient {
  private readonly socket: Socket;
  private readonly events: Events;

  constructor(
    private readonly gateway: string,
    private readonly token: string,
  ) {
    const url = `${gateway}/graphql`;
    this.socket = createSocket({
      url: url.replace(/^http/, 'ws'),
      webSocketImpl: WebSocket,
      connectionParams: { authorization: `Bearer ${token}` },
      retryAttempts: 3,
    });
    this.events = createEvents({ url, headers: { authorization: `Bearer ${token}` }, retryAttempts: 3 });
  }

  /** @throws GraphRefusal where the answer holds an error */
  async ask<Data>(query: string, variables: Variables = {}): Promise<Data> {
    const response = await fetch(`${this.gateway}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${this.token}` },
      body: JSON.stringify({ query, variables }),
    });
    const { data, errors } = (await response.json()) as { data?: Data; errors?: readonly GraphFault[] };
    if (errors && errors.length > 0) throw new GraphRefusal(errors, data);
    return data!;
  }

  subscribe<Data>(query: string, variables: Variables = {}): AsyncIterableIterator<Data> {
    return results(this.socket.iterate<Data>({ query, variables }));
  }

  /** The same over server-sent events. */
  subscribeBySse<Data>(query: string, variables: Variables = {}): AsyncIterableIterator<Data> {
    return results(this.events.iterate<Data>({ query, variables }));
  }

  async close(): Promise<void> {
    await this.socket.dispose();
    this.events.dispose();
  }
}

async function* results<Data>(
  answers: AsyncIterable<{ data?: Data | null | undefined; errors?: readonly unknown[] | undefined }>,
) {
  for await (const { data, errors } of answers) {
    if (errors && errors.length > 0) throw new GraphRefusal(errors as readonly GraphFault[], data);
    if (data) yield data;
  }
}
