import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { buildSchema } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';
import type { SubgraphCall } from './subgraph.call.js';
import { SubgraphSubscriptions } from './subgraph.subscription.js';

const schema = buildSchema('type Query { a: Int } type Subscription { count(to: Int!): Int! }');

async function* counting(to: number): AsyncGenerator<{ count: number }> {
  for (let count = 1; count <= to; count++) yield { count };
}

describe('a subscription to a service', () => {
  let server: WebSocketServer;
  let accepted: boolean;
  let subscriptions: SubgraphSubscriptions;

  beforeAll(async () => {
    server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    const roots = { subscription: { count: ({ to }: { to: number }) => counting(to) } };
    useServer({ schema, roots, onConnect: () => accepted }, server);
    await once(server, 'listening');
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));
  beforeEach(() => {
    accepted = true;
    subscriptions = new SubgraphSubscriptions();
  });
  afterEach(() => subscriptions.dispose());

  const call = (to: number, changes: Partial<SubgraphCall> = {}): SubgraphCall => ({
    service: 'monitoring',
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    headers: { authorization: 'Bearer x' },
    payload: { query: `subscription { count(to: ${to}) }` },
    ...changes,
  });
  async function all(asked: SubgraphCall): Promise<unknown[]> {
    const results: unknown[] = [];
    for await (const result of subscriptions.subscribe(asked)) results.push(result);
    return results;
  }

  it('hands over every event in order and ends with the service', async () => {
    expect(await all(call(100))).toEqual(Array.from({ length: 100 }, (_, n) => ({ data: { count: n + 1 } })));
  });

  it('ends with EXHAUSTED for a subscriber that does not keep up, holding no more than its bound', async () => {
    const slow = subscriptions.subscribe(call(5_000));
    await slow.next();
    while (server.clients.size > 0) await new Promise((resolve) => setTimeout(resolve, 5)); // unsubscribed, so the idle socket closes
    const rest: unknown[] = [];
    for await (const result of slow) rest.push(result);
    expect(rest.length).toBeLessThanOrEqual(257);
    expect(rest.at(-1)).toMatchObject({
      errors: [{ extensions: { code: 'EXHAUSTED', problem: 'gateway/subscriber-too-slow' } }],
    });
  });

  it('says UNAVAILABLE where nobody listens, and keeps nothing of it', async () => {
    const results = await all(call(1, { url: 'http://127.0.0.1:1' }));
    expect(results).toMatchObject([{ errors: [{ extensions: { code: 'UNAVAILABLE', facts: { service: 'monitoring' } } }] }]);
    expect(subscriptions.size).toBe(0);
  });

  it('says UNAUTHENTICATED where the service does not accept the token', async () => {
    accepted = false;
    expect(await all(call(1))).toMatchObject([{ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] }]);
    expect(subscriptions.size).toBe(0);
  });

  it('begins nothing for a caller who is gone already', async () => {
    expect(await all(call(1, { signal: AbortSignal.abort() }))).toEqual([]);
  });
});
