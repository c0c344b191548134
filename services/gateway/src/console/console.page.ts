import { Inject, Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { GATEWAY_ENV, type GatewayEnv } from '../env.js';

const WELCOME = `# Put a token under "Headers": npm run token -- --role ml-engineer
query Welcome {
  __typename
}
`;

/**
 * The page carries all it needs and may talk to us alone, so that nobody's token or query reaches a third party.
 * Its scripts are inline and its workers are made of blobs; nothing else runs.
 */
const POLICY = [
  "default-src 'none'",
  "script-src 'unsafe-inline' blob:",
  'worker-src blob:',
  "style-src 'unsafe-inline'",
  'img-src data:',
  'font-src data:',
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** GraphiQL at GET /graphql, for browsers. */
@Injectable()
export class ConsolePage {
  private page: Promise<Buffer> | undefined;

  constructor(@Inject(GATEWAY_ENV) private readonly env: GatewayEnv) {}

  /** A browser that opens the address, not a client that queries by GET. */
  wanted(request: Request): boolean {
    if (this.env.GRAPHIQL === 'off' || request.method !== 'GET') return false;
    return (request.headers.accept ?? '').includes('text/html') && request.query['query'] === undefined;
  }

  async send(response: Response): Promise<void> {
    this.page ??= renderPage();
    const page = await this.page;
    response.writeHead(200, {
      'content-type': 'text/html; charset=utf-8',
      'content-encoding': 'gzip',
      'content-length': page.byteLength,
      'content-security-policy': POLICY,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
    });
    response.end(page);
  }
}

/** Nine megabytes of script, so it is loaded when somebody looks, and kept packed. */
async function renderPage(): Promise<Buffer> {
  const { renderGraphiQL } = await import('@graphql-yoga/render-graphiql');
  const html = renderGraphiQL({
    title: 'Millrace',
    endpoint: '/graphql',
    defaultQuery: WELCOME,
    headers: '{ "authorization": "Bearer " }',
    subscriptionsProtocol: 'SSE',
  });
  return promisify(gzip)(html);
}
