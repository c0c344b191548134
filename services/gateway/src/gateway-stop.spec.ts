import { createClient as createSseClient } from 'graphql-sse';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { PlatformFixture } from './fixture/platform.fixture.js';

const SUBSCRIPTION = 'subscription { alertRaised { id version { name } } }';

describe('event streams and the end of the gateway', () => {
  let platform: PlatformFixture;
  beforeAll(async () => {
    platform = await PlatformFixture.start({ MAX_STREAMS_PER_VIEWER: '2' });
  });
  afterAll(() => platform.stop());

  const subscribers = async (count: number): Promise<void> => {
    while (platform.feed.subscribers.size !== count) await new Promise((resolve) => setTimeout(resolve, 5));
  };
  const sse = (authorization: string) =>
    createSseClient({ url: `${platform.url}/graphql`, headers: { authorization }, retryAttempts: 0 });

  it('delivers events as server-sent events, and lets the service go when the client leaves', async () => {
    const own = sse(await platform.bearer());
    const events = own.iterate({ query: SUBSCRIPTION });
    const first = events.next();
    await subscribers(1);
    platform.feed.raise('5');
    expect((await first).value).toEqual({ data: { alertRaised: { id: '5', version: { name: 'version v5' } } } });
    own.dispose();
    await subscribers(0);
  });

  it('opens an event stream only for who asks for one by its name', async () => {
    const answers = await Promise.all(
      ['*/*', 'text/*', 'application/json'].map((accept) => platform.ask(SUBSCRIPTION, {}, { accept })),
    );
    expect(answers.map(({ status }) => status)).toEqual([406, 406, 406]);
    expect(platform.feed.subscribers.size).toBe(0);
  });

  it('lets the service go however early the client leaves', async () => {
    const authorization = await platform.bearer();
    for (let ms = 0; ms < 60; ms += 2) {
      const leaving = new AbortController();
      const asked = fetch(`${platform.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'text/event-stream', authorization },
        body: JSON.stringify({ query: SUBSCRIPTION }),
        signal: leaving.signal,
      });
      setTimeout(() => leaving.abort(), ms);
      await asked.then((response) => response.text()).catch(() => undefined);
    }
    await subscribers(0);
    await platform.ask('{ who }');
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(platform.feed.subscribers.size).toBe(0);
  });

  it('ends event streams when their token expires, at whatever moment of their beginning', async () => {
    for (let n = 0; n < 5; n++) {
      const own = sse(await platform.bearer('executive', 2));
      const ended = own.iterate({ query: SUBSCRIPTION }).next();
      await expect(ended).rejects.toThrow();
      await subscribers(0);
      own.dispose();
    }
  });

  it('holds a bounded number of streams for one person, and others not at all', async () => {
    const ask = async (role: 'data-analyst' | 'executive') =>
      platform.ask(SUBSCRIPTION, {}, { accept: 'text/event-stream', authorization: await platform.bearer(role) });
    const held = [await ask('data-analyst'), await ask('data-analyst')];
    expect((await ask('data-analyst')).status).toBe(429);
    const other = await ask('executive');
    expect(other.status).toBe(200);
    await Promise.all([...held, other].map((response) => response.body?.cancel()));
    await subscribers(0);
  });

  it('drains on stop: answers what is under way, tells sockets to come back, and is gone', async () => {
    const own = createClient({
      url: `${platform.url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: { authorization: await platform.bearer() },
      retryAttempts: 0,
    });
    const ended = new Promise((resolve) => own.on('closed', resolve));
    const broken = own.iterate({ query: SUBSCRIPTION }).next();
    broken.catch(() => undefined);
    await subscribers(1);
    const underWay = platform.ask('{ slow }');
    await new Promise((resolve) => setTimeout(resolve, 100)); // the service answers after 400 ms
    process.emit('SIGTERM'); // the runtime's own listener must cut nothing before the gateway itself has drained
    expect(await (await platform.ask('{ version(id: "1") { name } }')).json()).toEqual({
      data: { version: { name: 'version 1' } },
    });
    const stopped = platform.gateway.stop();
    expect(await ended).toMatchObject({ code: 1001 });
    await expect(broken).rejects.toMatchObject({ code: 1001 }); // broken off, not completed: clients know to come back
    const answer = await underWay;
    expect(await answer.json()).toEqual({ data: { slow: 'done' } });
    await stopped;
    await subscribers(0);
    await expect(fetch(`${platform.url}/health/live`)).rejects.toThrow();
  });
});
