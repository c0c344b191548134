import { request as httpRequest, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { PlatformFixture } from '../fixture/platform.fixture.js';

interface Answer {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly {
    readonly message: string;
    readonly path?: readonly unknown[];
    readonly extensions?: Record<string, unknown>;
  }[];
}

describe('/graphql over HTTP', () => {
  let platform: PlatformFixture;
  beforeAll(async () => {
    platform = await PlatformFixture.start({
      BODY_DEADLINE_MS: '500',
      CORS_ORIGINS: 'https://console.example',
    });
  });
  afterAll(() => platform.stop());

  const answer = async (response: Response): Promise<Answer> => (await response.json()) as Answer;
  const ask = async (query: string, variables: object = {}) => answer(await platform.ask(query, variables));

  it('joins two services in one answer, each of which verified the caller', async () => {
    const node = (id: number) => ({ node: { id: `${id}`, version: { name: `version v${id}`, seenBy: 'person:ml-engineer' } } });
    expect(await ask('{ who alerts(first: 2) { edges { node { id version { name seenBy } } } } }')).toEqual({
      data: { who: 'person:ml-engineer', alerts: { edges: [node(0), node(1)] } },
    });
  });

  it('never mixes the answers of two callers who ask the same at once', async () => {
    const roles = ['ml-engineer', 'executive', 'data-analyst'] as const;
    const bearers = await Promise.all(roles.map((role) => platform.bearer(role)));
    const asked = Array.from({ length: 60 }, (_, n) => n % roles.length);
    const answers = await Promise.all(
      asked.map(async (n) =>
        answer(await platform.ask('{ who version(id: "1") { seenBy } }', {}, { authorization: bearers[n] ?? '' })),
      ),
    );
    answers.forEach(({ data }, n) => {
      const person = `person:${roles[n % roles.length]}`;
      expect(data).toEqual({ who: person, version: { seenBy: person } });
    });
  });

  describe('identity', () => {
    it.each([
      ['no token', undefined, 'identity/token-missing'],
      ['a token that is none', 'Bearer abc', 'identity/token-invalid'],
    ])('refuses %s before the operation is read', async (_what, authorization, problem) => {
      const response = await fetch(`${platform.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...(authorization ? { authorization } : {}) },
        body: '{"query":"{ __typename }"}',
      });
      expect(response.status).toBe(401);
      expect(response.headers.get('www-authenticate')).toBe('Bearer');
      expect((await answer(response)).errors?.[0]?.extensions).toMatchObject({ code: 'UNAUTHENTICATED', problem });
    });

    it('refuses an expired token', async () => {
      const response = await platform.ask('{ who }', {}, { authorization: await platform.bearer('ml-engineer', -60) });
      expect(response.status).toBe(401);
      expect((await answer(response)).errors?.[0]?.extensions).toMatchObject({ problem: 'identity/token-expired' });
    });

    it('leaves what a role may do to the service that owns the field', async () => {
      const authorization = await platform.bearer('executive');
      const response = await platform.ask('mutation { resolveAlert(id: "1") { id } }', {}, { authorization });
      expect((await answer(response)).errors?.[0]?.extensions).toMatchObject({
        code: 'FORBIDDEN',
        problem: 'identity/not-permitted',
      });
      expect(platform.feed.resolved).toEqual([]);
    });
  });

  describe('forgery', () => {
    const mutation = 'mutation { resolveAlert(id: "forged") { id } }';
    const post = async (type: string, body: string | FormData) =>
      fetch(`${platform.url}/graphql`, {
        method: 'POST',
        headers: { authorization: await platform.bearer(), ...(type ? { 'content-type': type } : {}) },
        body,
      });

    it.each([
      ['a form', 'application/x-www-form-urlencoded', new URLSearchParams({ query: mutation }).toString()],
      ['plain text', 'text/plain', JSON.stringify({ query: mutation })],
      ['bare GraphQL', 'application/graphql', mutation],
      ['JSON in another charset', 'application/json; charset=utf-16', JSON.stringify({ query: mutation })],
      ['no type', '', JSON.stringify({ query: mutation })],
    ])('runs nothing that is sent as %s', async (_what, type, body) => {
      expect((await post(type, body)).status).toBe(415);
      expect(platform.feed.resolved).toEqual([]);
    });

    it('runs nothing that is sent as a multipart form', async () => {
      const form = new FormData();
      form.set('operations', JSON.stringify({ query: mutation }));
      form.set('map', '{}');
      expect((await post('', form)).status).toBe(415);
      expect(platform.feed.resolved).toEqual([]);
    });

    it('runs no mutation by GET', async () => {
      const url = `${platform.url}/graphql?query=${encodeURIComponent(mutation)}`;
      const response = await fetch(url, { headers: { authorization: await platform.bearer() } });
      expect(response.status).toBe(405);
      expect(platform.feed.resolved).toEqual([]);
    });

    it('answers no other site, unless it is named, and never with credentials', async () => {
      const from = (origin: string, method: string) =>
        fetch(`${platform.url}/graphql`, { method, headers: { origin, 'access-control-request-method': 'POST' } });
      for (const method of ['OPTIONS', 'POST']) {
        const foreign = await from('https://evil.example', method);
        expect([...foreign.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
        const named = await from('https://console.example', method);
        expect(named.headers.get('access-control-allow-origin')).toBe('https://console.example');
        expect(named.headers.has('access-control-allow-credentials')).toBe(false);
      }
    });
  });

  describe('bodies', () => {
    const raw = async (
      headers: Readonly<Record<string, string>>,
      write: (send: (chunk: string) => void) => void,
    ): Promise<IncomingMessage> => {
      const sending = httpRequest(`${platform.url}/graphql`, {
        method: 'POST',
        headers: { authorization: await platform.bearer(), 'content-type': 'application/json', ...headers },
      });
      sending.on('error', () => undefined); // the door closes while we still write
      const answered = new Promise<IncomingMessage>((resolve) => sending.once('response', resolve));
      write((chunk) => sending.write(chunk));
      return answered;
    };

    it('refuses a large body by its stated length, without reading it', async () => {
      const response = await raw({ 'content-length': '10000000' }, (send) => send('{'));
      expect(response.statusCode).toBe(413);
      expect(await text(response)).toContain('gateway/body-too-large');
    });

    it('refuses a large body that states no length', async () => {
      const response = await raw({ 'transfer-encoding': 'chunked' }, (send) => {
        for (let n = 0; n < 40; n++) send('x'.repeat(16_384));
      });
      expect(response.statusCode).toBe(413);
      expect(response.headers.connection).toBe('close');
    });

    it('gives up on a body that drips', async () => {
      const response = await raw({ 'content-length': '100' }, (send) => send('{"query":'));
      expect(response.statusCode).toBe(408);
      expect(await text(response)).toContain('gateway/body-too-slow');
    });

    it.each([
      ['no JSON', '{"query":', 'gateway/body-not-json'],
      ['a batch', '[{"query":"{ who }"}]', 'gateway/operation-malformed'],
      ['no query', '{}', 'gateway/operation-malformed'],
      ['variables that are no object', '{"query":"{ who }","variables":[1]}', 'gateway/operation-malformed'],
    ])('refuses %s', async (_what, body, problem) => {
      const headers = { authorization: await platform.bearer(), 'content-type': 'application/json' };
      const response = await fetch(`${platform.url}/graphql`, { method: 'POST', headers, body });
      expect(response.status).toBe(400);
      expect((await answer(response)).errors?.[0]?.extensions).toMatchObject({ code: 'INVALID', problem });
    });

    it('serves the next caller after one who hung up in the middle', async () => {
      const { port, hostname } = new URL(platform.url);
      const socket = connect(Number(port), hostname);
      socket.write(
        `POST /graphql HTTP/1.1\r\nhost: x\r\nauthorization: ${await platform.bearer()}\r\ncontent-type: application/json\r\ncontent-length: 50\r\n\r\n{`,
      );
      await new Promise<void>((resolve) => socket.end(resolve));
      expect(await ask('{ who }')).toEqual({ data: { who: 'person:ml-engineer' } });
    });
  });
});
