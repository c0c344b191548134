import { once } from 'node:events';
import { WebSocket } from 'ws';
import { PlatformFixture } from '../fixture/platform.fixture.js';
import { alertsOf, RawSocket, socketClient, subscribers, SUBSCRIPTION } from '../fixture/socket.fixture.js';

describe('the end of a socket', () => {
  let platform: PlatformFixture;
  beforeAll(async () => {
    platform = await PlatformFixture.start({
      SOCKET_INIT_DEADLINE_MS: '300',
      MAX_SUBSCRIPTIONS_PER_SOCKET: '3',
      MAX_BODY_BYTES: '4096',
    });
  });
  afterAll(() => platform.stop());

  it.each([
    ['no token', undefined],
    ['a token that is none', 'Bearer abc'],
    ['a token that is no text', 7],
  ])('closes with 4403 on %s', async (_what, authorization) => {
    const socket = await RawSocket.open(platform);
    socket.say({ type: 'connection_init', payload: { authorization } });
    expect(await socket.closed()).toBe(4403);
  });

  it('closes with 4403 when the token expires, so that clients come back with another', async () => {
    const own = await socketClient(platform, await platform.bearer('ml-engineer', 2));
    const ended = new Promise((resolve) => own.on('closed', resolve));
    alertsOf(own)
      .next()
      .catch(() => undefined);
    expect(await ended).toMatchObject({ code: 4403, reason: 'the token has expired' });
    await subscribers(platform, 0);
  });

  it('closes with 4401 on an operation before the token', async () => {
    const socket = await RawSocket.open(platform);
    socket.say({ id: '1', type: 'subscribe', payload: { query: '{ who }' } });
    expect(await socket.closed()).toBe(4401);
  });

  it('closes with 4408 when no token comes', async () => {
    expect(await (await RawSocket.open(platform)).closed()).toBe(4408);
  });

  it('closes with 4429 when the token comes twice', async () => {
    const socket = await RawSocket.open(platform);
    await socket.init(await platform.bearer());
    socket.say({ type: 'connection_init', payload: {} });
    expect(await socket.closed()).toBe(4429);
  });

  it('closes with 4409 on an id in use', async () => {
    const socket = await RawSocket.open(platform);
    await socket.init(await platform.bearer());
    const operation = { id: '1', type: 'subscribe', payload: { query: SUBSCRIPTION } };
    socket.say(operation);
    socket.say(operation);
    expect(await socket.closed()).toBe(4409);
    await subscribers(platform, 0);
  });

  it.each(['no message', '{"type":"unknown"}', '[]'])('closes with 4400 on %s', async (message) => {
    const socket = await RawSocket.open(platform);
    socket.say(message);
    expect(await socket.closed()).toBe(4400);
  });

  it('closes with 4406 on another protocol', async () => {
    const socket = new WebSocket(`${platform.url.replace('http', 'ws')}/graphql`, []);
    expect(((await once(socket, 'close')) as [number])[0]).toBe(4406);
  });

  it('closes with 1009 on a message larger than a body may be', async () => {
    const socket = await RawSocket.open(platform);
    socket.say(JSON.stringify({ type: 'ping', payload: { text: 'x'.repeat(5_000) } }));
    expect(await socket.closed()).toBe(1009);
  });

  it('carries a bounded number of operations on a socket', async () => {
    const own = await socketClient(platform);
    const held = [1, 2, 3].map(() => alertsOf(own));
    held.forEach((events) => void events.next());
    await subscribers(platform, 3);
    const fourth = alertsOf(own).next();
    await expect(fourth).rejects.toMatchObject([{ extensions: { code: 'EXHAUSTED', problem: 'gateway/too-many-operations' } }]);
    await own.dispose();
    await subscribers(platform, 0);
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
});
