import { createClient, type Client, type ExecutionResult } from 'graphql-ws';
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { PlatformFixture } from '../fixture/platform.fixture.js';

interface Raised {
  readonly alertRaised: {
    readonly id: string;
    readonly version: { readonly name: string; readonly seenBy: string } | null;
  } | null;
}
type Events = AsyncIterableIterator<ExecutionResult<Raised>>;

const SUBSCRIPTION = 'subscription { alertRaised { id version { name seenBy } } }';

describe('/graphql over WebSocket', () => {
  let platform: PlatformFixture;
  beforeAll(async () => {
    platform = await PlatformFixture.start({
      SOCKET_INIT_DEADLINE_MS: '300',
      MAX_SUBSCRIPTIONS_PER_SOCKET: '3',
      MAX_BODY_BYTES: '4096',
    });
  });
  afterAll(() => platform.stop());

  async function client(authorization?: string): Promise<Client> {
    const url = platform.url.replace('http', 'ws');
    const bearer = authorization ?? (await platform.bearer());
    return createClient({
      url: `${url}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: { authorization: bearer },
      retryAttempts: 0,
    });
  }
  const subscribe = (to: Client): Events => to.iterate<Raised>({ query: SUBSCRIPTION }) as Events;
  const subscribers = async (count: number): Promise<void> => {
    while (platform.feed.subscribers.size !== count) await new Promise((resolve) => setTimeout(resolve, 5));
  };

  /** A socket without a client library, to say what a client never would. */
  async function rawSocket(protocol = 'graphql-transport-ws', headers = {}): Promise<WebSocket> {
    const socket = new WebSocket(`${platform.url.replace('http', 'ws')}/graphql`, protocol, { headers });
    await once(socket, 'open');
    return socket;
  }
  const closed = async (socket: WebSocket): Promise<number> => ((await once(socket, 'close')) as [number])[0];
  const say = (socket: WebSocket, message: unknown): void =>
    socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  async function init(socket: WebSocket): Promise<void> {
    const acknowledged = once(socket, 'message');
    say(socket, { type: 'connection_init', payload: { authorization: await platform.bearer() } });
    await acknowledged;
  }

  it('delivers an event with fields of two services, each of which verified the subscriber', async () => {
    const own = await client();
    const events = subscribe(own);
    const first = events.next();
    await subscribers(1);
    platform.feed.raise('7');
    expect((await first).value).toEqual({
      data: { alertRaised: { id: '7', version: { name: 'version v7', seenBy: 'person:ml-engineer' } } },
    });
    await own.dispose();
  });

  it('lets the service go as soon as the client unsubscribes, without waiting for another event', async () => {
    const own = await client();
    const events = subscribe(own);
    const pending = events.next();
    await subscribers(1);
    await events.return?.();
    await pending;
    await subscribers(0);
    await own.dispose();
  });

  it('lets the service go when the client vanishes', async () => {
    const socket = await rawSocket();
    await init(socket);
    say(socket, { id: '1', type: 'subscribe', payload: { query: SUBSCRIPTION } });
    await subscribers(1);
    socket.terminate();
    await subscribers(0);
  });

  it('runs queries and mutations with the same rules as over HTTP', async () => {
    const own = await client();
    const one = async (query: string) => (await own.iterate({ query }).next()).value as ExecutionResult;
    expect(await one('{ who }')).toEqual({ data: { who: 'person:ml-engineer' } });
    expect(await one('mutation { resolveAlert(id: "9") { id } }')).toEqual({ data: { resolveAlert: { id: '9' } } });
    expect(await one(`{ ${'a{'.repeat(60)} b ${'}'.repeat(60)} }`)).toMatchObject({
      errors: [{ extensions: { code: 'TOO_LARGE' } }],
    });
    expect(await one('{ broken }')).toMatchObject({ errors: [{ message: 'internal error', extensions: { code: 'INTERNAL' } }] });
    expect(JSON.stringify(await one('{ whoo }'))).not.toMatch(/did you mean/i);
    await own.dispose();
  });

  it.each([
    ['no token', undefined],
    ['a token that is none', 'Bearer abc'],
    ['a token that is no text', 7],
  ])('closes with 4403 on %s', async (_what, authorization) => {
    const socket = await rawSocket();
    say(socket, { type: 'connection_init', payload: { authorization } });
    expect(await closed(socket)).toBe(4403);
  });

  it('closes with 4403 when the token expires, so that clients come back with another', async () => {
    const own = await client(await platform.bearer('ml-engineer', 2));
    const ended = new Promise((resolve) => own.on('closed', resolve));
    subscribe(own)
      .next()
      .catch(() => undefined);
    expect(await ended).toMatchObject({ code: 4403, reason: 'the token has expired' });
    await subscribers(0);
  });

  it('closes with 4401 on an operation before the token', async () => {
    const socket = await rawSocket();
    say(socket, { id: '1', type: 'subscribe', payload: { query: '{ who }' } });
    expect(await closed(socket)).toBe(4401);
  });

  it('closes with 4408 when no token comes', async () => {
    expect(await closed(await rawSocket())).toBe(4408);
  });

  it('closes with 4429 when the token comes twice', async () => {
    const socket = await rawSocket();
    await init(socket);
    say(socket, { type: 'connection_init', payload: {} });
    expect(await closed(socket)).toBe(4429);
  });

  it('closes with 4409 on an id in use', async () => {
    const socket = await rawSocket();
    await init(socket);
    const operation = { id: '1', type: 'subscribe', payload: { query: SUBSCRIPTION } };
    say(socket, operation);
    say(socket, operation);
    expect(await closed(socket)).toBe(4409);
    await subscribers(0);
  });

  it.each(['no message', '{"type":"unknown"}', '[]'])('closes with 4400 on %s', async (message) => {
    const socket = await rawSocket();
    say(socket, message);
    expect(await closed(socket)).toBe(4400);
  });

  it('closes with 4406 on another protocol', async () => {
    const socket = new WebSocket(`${platform.url.replace('http', 'ws')}/graphql`, []);
    expect(await closed(socket)).toBe(4406);
  });

  it('closes with 1009 on a message larger than a body may be', async () => {
    const socket = await rawSocket();
    say(socket, JSON.stringify({ type: 'ping', payload: { text: 'x'.repeat(5_000) } }));
    expect(await closed(socket)).toBe(1009);
  });

  it('carries a bounded number of operations on a socket', async () => {
    const own = await client();
    const held = [1, 2, 3].map(() => subscribe(own));
    held.forEach((events) => void events.next());
    await subscribers(3);
    const fourth = subscribe(own).next();
    await expect(fourth).rejects.toMatchObject([{ extensions: { code: 'EXHAUSTED', problem: 'gateway/too-many-operations' } }]);
    await own.dispose();
    await subscribers(0);
  });

  it.each([
    ['/other', {}, 404],
    ['/graphql', { origin: 'https://evil.example' }, 403],
  ])('does not upgrade %s with %j', async (path, headers, status) => {
    const socket = new WebSocket(platform.url.replace('http', 'ws') + path, 'graphql-transport-ws', { headers });
    const [, response] = (await once(socket, 'unexpected-response')) as [unknown, { statusCode: number }];
    expect(response.statusCode).toBe(status);
    socket.on('error', () => undefined).terminate();
  });

  it('says UNAVAILABLE and completes when the service of the subscription dies, and takes the next one when it is back', async () => {
    const own = await client();
    const events = subscribe(own);
    const first = events.next();
    await subscribers(1);
    platform.feed.raise('1');
    await first;
    const last = events.next();
    await platform.stopSubgraph('monitoring');
    expect((await last).value).toMatchObject({
      errors: [{ extensions: { code: 'UNAVAILABLE', facts: { service: 'monitoring' } } }],
    });
    expect((await events.next()).done).toBe(true);
    platform.feed.subscribers.clear();
    await platform.startSubgraph('monitoring');
    const again = subscribe(own);
    const next = again.next();
    await subscribers(1);
    platform.feed.raise('2');
    expect((await next).value).toMatchObject({ data: { alertRaised: { id: '2' } } });
    await own.dispose();
    await subscribers(0);
  });

  it('delivers events while a service that enriches them is away, with null for its part', async () => {
    const own = await client();
    const events = subscribe(own);
    const first = events.next();
    await subscribers(1);
    await platform.stopSubgraph('registry');
    platform.feed.raise('3');
    expect((await first).value).toMatchObject({
      data: { alertRaised: { id: '3', version: null } },
      errors: [{ extensions: { code: 'UNAVAILABLE' } }],
    });
    await platform.startSubgraph('registry');
    await own.dispose();
    await subscribers(0);
  });
});
