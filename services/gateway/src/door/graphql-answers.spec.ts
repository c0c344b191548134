import { PlatformFixture } from '../fixture/platform.fixture.js';

interface Answer {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly {
    readonly message: string;
    readonly path?: readonly unknown[];
    readonly extensions?: Record<string, unknown>;
  }[];
}

describe('answers of /graphql', () => {
  let platform: PlatformFixture;
  beforeAll(async () => {
    platform = await PlatformFixture.start({ SUBGRAPH_DEADLINE_MS: '300' });
  });
  afterAll(() => platform.stop());

  const answer = async (response: Response): Promise<Answer> => (await response.json()) as Answer;
  const ask = async (query: string, variables: object = {}) => answer(await platform.ask(query, variables));

  describe('errors', () => {
    it('passes on the code, slug and facts of a service', async () => {
      const { errors, data } = await ask('mutation { resolveAlert(id: "none") { id } }');
      expect(data).toBeNull();
      expect(errors).toEqual([
        {
          message: 'no alert none',
          path: ['resolveAlert'],
          extensions: { code: 'NOT_FOUND', problem: 'monitoring/alert', facts: { id: 'none' } },
        },
      ]);
    });

    it('shows nothing of a bug', async () => {
      const response = await platform.ask('{ broken }');
      const body = await response.text();
      expect(JSON.parse(body)).toMatchObject({
        data: { broken: null },
        errors: [{ message: 'internal error', extensions: { code: 'INTERNAL' } }],
      });
      expect(body).not.toMatch(/secret|stack|node_modules|TypeError/i);
    });

    it.each([
      ['a wrong field', '{ whoo }', {}],
      ['a wrong argument', '{ alerts(frist: 1) { edges { cursor } } }', {}],
      ['a syntax error', '{ who', {}],
      ['a variable that does not fit', 'query ($n: Int) { alerts(first: $n) { edges { cursor } } }', { n: 'many' }],
    ])('says INVALID for %s, without guessing what was meant', async (_what, query, variables) => {
      const response = await platform.ask(query, variables, { accept: 'application/graphql-response+json' });
      const body = await response.text();
      expect(response.status).toBe(400);
      expect(JSON.parse(body)).toMatchObject({
        errors: [{ extensions: { code: 'INVALID', problem: 'gateway/operation-invalid' } }],
      });
      expect(body).not.toMatch(/did you mean|stack|node_modules/i);
    });

    it('says DEADLINE for a service that is too slow, and answers the rest', async () => {
      const { data, errors } = await ask('{ slow version(id: "1") { name } }');
      expect(data).toEqual({ slow: null, version: { name: 'version 1' } });
      expect(errors?.[0]).toMatchObject({
        path: ['slow'],
        extensions: { code: 'DEADLINE', problem: 'gateway/service-too-slow' },
      });
    });

    it('does not name its software', async () => {
      const response = await platform.ask('{ who }');
      expect(response.headers.has('x-powered-by')).toBe(false);
      expect(response.headers.has('server')).toBe(false);
      expect(response.headers.get('cache-control')).toBe('no-store');
    });
  });

  it('answers with null and UNAVAILABLE for what a dead service owns, and recovers with it', async () => {
    const query = '{ who alerts(first: 1) { edges { node { id version { name } } } } }';
    await platform.stopSubgraph('registry');
    const { data, errors } = await ask(query);
    expect(data).toEqual({ who: 'person:ml-engineer', alerts: { edges: [{ node: { id: '0', version: null } }] } });
    expect(errors?.[0]).toMatchObject({
      path: ['alerts', 'edges', 0, 'node', 'version', 'name'],
      extensions: { code: 'UNAVAILABLE', problem: 'gateway/service-unavailable', facts: { service: 'registry' } },
    });
    await platform.startSubgraph('registry');
    expect((await ask(query)).errors).toBeUndefined();
  });

  describe('the size of operations', () => {
    it.each([
      ['depth', `{ a { ${'b { '.repeat(40)} c ${'} '.repeat(41)} }`, 'gateway/operation-too-deep'],
      ['aliases', `{ ${Array.from({ length: 60 }, (_, n) => `a${n}: who`).join(' ')} }`, 'gateway/too-many-aliases'],
      ['directives', `{ who ${'@skip(if: false) '.repeat(60)} }`, 'gateway/too-many-directives'],
      ['cost', '{ alerts(first: 100000) { edges { node { version { name } } } } }', 'gateway/operation-too-costly'],
    ])('is bounded in %s', async (_what, query, problem) => {
      expect((await ask(query)).errors?.[0]?.extensions).toMatchObject({ code: 'TOO_LARGE', problem });
    });

    it('is bounded in tokens', async () => {
      expect((await ask(`{ ${'who '.repeat(5_000)} }`)).errors?.[0]?.extensions).toMatchObject({ code: 'INVALID' });
    });

    it('counts page sizes that come in variables, each time', async () => {
      const query = 'query ($n: Int) { alerts(first: $n) { edges { node { version { name } } } } }';
      expect((await ask(query, { n: 2 })).errors).toBeUndefined();
      expect((await ask(query, { n: 90_000 })).errors?.[0]?.extensions).toMatchObject({
        problem: 'gateway/operation-too-costly',
      });
    });

    it('leaves room for the standard introspection query, for people with a token', async () => {
      const { getIntrospectionQuery } = await import('graphql');
      expect((await ask(getIntrospectionQuery())).errors).toBeUndefined();
    });
  });

  describe('the page', () => {
    const open = () => fetch(`${platform.url}/graphql`, { headers: { accept: 'text/html,*/*' } });

    it('needs nothing from anybody else', async () => {
      const response = await open();
      const policy = response.headers.get('content-security-policy') ?? '';
      expect(response.status).toBe(200);
      expect(policy).toContain("default-src 'none'");
      expect(policy).not.toMatch(/https?:/);
      const html = await response.text();
      expect(html).toContain('YogaGraphiQL');
      expect(html).not.toMatch(/<(script|link)[^>]+(src|href)="https?:/);
    });
  });
});
