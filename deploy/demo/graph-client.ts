import type { Role } from '#libs/identity';
import type { People } from './people.js';

/** A refusal of the graph, with its stable codes. */
export class GraphRefusal extends Error {
  override readonly name = 'GraphRefusal';
  constructor(
    message: string,
    readonly code: string,
    readonly problem: string,
  ) {
    super(message);
  }
}

interface GraphAnswer<Data> {
  readonly data?: Data | null;
  readonly errors?: readonly {
    readonly message: string;
    readonly path?: readonly (string | number)[];
    readonly extensions?: { readonly code?: string; readonly problem?: string };
  }[];
}

export type Variables = Readonly<Record<string, unknown>>;

const DEADLINE_MS = 120_000;
const ATTEMPTS = 40;
const WAIT_MS = 500;

/** GraphQL over HTTP, as the person whose role is named; waits for a service that is away, which idempotent requests allow. */
export class GraphClient {
  /** Attempts that found a service away and were made again. */
  retries = 0;

  constructor(
    readonly url: string,
    private readonly people: People,
  ) {}

  /** @throws GraphRefusal with the first error of the answer */
  async ask<Data>(role: Role, document: string, variables: Variables = {}): Promise<Data> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.once<Data>(role, document, variables);
      } catch (error) {
        const away = !(error instanceof GraphRefusal) || error.code === 'UNAVAILABLE';
        if (!away || attempt >= ATTEMPTS) throw error;
        this.retries++;
        await new Promise((resolve) => setTimeout(resolve, WAIT_MS));
      }
    }
  }

  private async once<Data>(role: Role, query: string, variables: Variables): Promise<Data> {
    const response = await fetch(this.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: await this.people.authorization(role) },
      body: JSON.stringify({ query, variables }),
      signal: AbortSignal.timeout(DEADLINE_MS),
    });
    const { data, errors = [] } = (await response.json()) as GraphAnswer<Data>;
    const [first] = errors;
    if (first)
      throw new GraphRefusal(
        `${first.path?.join('.') ?? 'request'}: ${first.message}`,
        first.extensions?.code ?? 'UNKNOWN',
        first.extensions?.problem ?? '',
      );
    if (!data) throw new Error(`the gateway answered ${response.status} without data`);
    return data;
  }

  /** Sends a file to the platform. @returns the hash that `collect` asks for */
  async upload(role: Role, body: Buffer): Promise<string> {
    const response = await fetch(new URL('/uploads', this.url), {
      method: 'POST',
      headers: { 'content-type': 'application/octet-stream', authorization: await this.people.authorization(role) },
      body: new Uint8Array(body),
      signal: AbortSignal.timeout(DEADLINE_MS),
    });
    const answer = (await response.json()) as { readonly hash?: string; readonly detail?: string };
    if (!response.ok || !answer.hash) throw new Error(`the upload was refused: ${response.status} ${answer.detail ?? ''}`);
    return answer.hash;
  }
}

/** The nodes of a connection, page by page. */
export async function* pages<Node>(
  read: (after: string | null) => Promise<{
    readonly edges: readonly { readonly node: Node }[];
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  }>,
): AsyncGenerator<readonly Node[]> {
  for (let after: string | null = null; ;) {
    const { edges, pageInfo } = await read(after);
    yield edges.map(({ node }) => node);
    if (!pageInfo.hasNextPage) return;
    after = pageInfo.endCursor;
  }
}
