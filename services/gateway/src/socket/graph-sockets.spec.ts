import type { ExecutionResult } from 'graphql-ws';
import { PlatformFixture } from '../fixture/platform.fixture.js';
import { alertsOf, RawSocket, socketClient, subscribers, SUBSCRIPTION } from '../fixture/socket.fixture.js';

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

  it('delivers an event with fields of two services, each of which verified the subscriber', async () => {
    const own = await socketClient(platform);
    const events = alertsOf(own);
    const first = events.next();
    await subscribers(platform, 1);
    platform.feed.raise('7');
    expect((await first).value).toEqual({
      data: { alertRaised: { id: '7', version: { name: 'version v7', seenBy: 'person:ml-engineer' } } },
    });
    await own.dispose();
  });

  it('lets the service go as soon as the client unsubscribes, without waiting for another event', async () => {
    const own = await socketClient(platform);
    const events = alertsOf(own);
    const pending = events.next();
    await subscribers(platform, 1);
    await events.return?.();
    await pending;
    await subscribers(platform, 0);
    await own.dispose();
  });

  it('lets the service go when the client vanishes', async () => {
    const socket = await RawSocket.open(platform);
    await socket.init(await platform.bearer());
    socket.say({ id: '1', type: 'subscribe', payload: { query: SUBSCRIPTION } });
    await subscribers(platform, 1);
    socket.socket.terminate();
    await subscribers(platform, 0);
  });

  it('runs queries and mutations with the same rules as over HTTP', async () => {
    const own = await socketClient(platform);
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

  it('says UNAVAILABLE and completes when the service of the subscription dies, and takes the next one when it is back', async () => {
    const own = await socketClient(platform);
    const events = alertsOf(own);
    const first = events.next();
    await subscribers(platform, 1);
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
    const again = alertsOf(own);
    const next = again.next();
    await subscribers(platform, 1);
    platform.feed.raise('2');
    expect((await next).value).toMatchObject({ data: { alertRaised: { id: '2' } } });
    await own.dispose();
    await subscribers(platform, 0);
  });

  it('delivers events while a service that enriches them is away, with null for its part', async () => {
    const own = await socketClient(platform);
    const events = alertsOf(own);
    const first = events.next();
    await subscribers(platform, 1);
    await platform.stopSubgraph('registry');
    platform.feed.raise('3');
    expect((await first).value).toMatchObject({
      data: { alertRaised: { id: '3', version: null } },
      errors: [{ extensions: { code: 'UNAVAILABLE' } }],
    });
    await platform.startSubgraph('registry');
    await own.dispose();
    await subscribers(platform, 0);
  });
});
