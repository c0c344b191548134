import { PlatformFixture } from '../fixture/platform.fixture.js';
import { gatewayEnv } from '../env.js';
import { start } from '../app.js';

describe("the gateway's other doors", () => {
  let platform: PlatformFixture;
  beforeAll(async () => {
    platform = await PlatformFixture.start({ GRAPHIQL: 'off' });
  });
  afterAll(() => platform.stop());

  const get = (path: string) => fetch(platform.url + path);

  it('is live at once, and ready when every service can be reached', async () => {
    expect((await get('/health/live')).status).toBe(200);
    expect((await get('/health/ready')).status).toBe(200);
    await platform.stopSubgraph('registry');
    const response = await get('/health/ready');
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({ failing: ['registry'] });
    expect((await get('/health/live')).status).toBe(200);
    await platform.startSubgraph('registry');
    expect((await get('/health/ready')).status).toBe(200);
  });

  it('counts operations for Prometheus', async () => {
    await platform.ask('{ who }');
    await platform.ask('{ broken }');
    const metrics = await (await get('/metrics')).text();
    expect(metrics).toMatch(/millrace_gateway_operations_total\{type="query",outcome="ok",service="gateway"\} 1/);
    expect(metrics).toMatch(/millrace_gateway_operations_total\{type="query",outcome="internal",service="gateway"\} 1/);
    expect(metrics).toMatch(/millrace_gateway_open_streams\{service="gateway"\} 0/);
  });

  it('publishes the local issuer, and gives services their tokens', async () => {
    const discovery = (await (await get('/.well-known/openid-configuration')).json()) as Record<string, string>;
    expect(discovery['issuer']).toBe(platform.url);
    expect((await fetch(discovery['jwks_uri'] ?? '')).status).toBe(200);
    const form = { grant_type: 'client_credentials', client_id: 'training', client_secret: platform.issuer.secretOf('training') };
    const granted = await fetch(discovery['token_endpoint'] ?? '', { method: 'POST', body: new URLSearchParams(form) });
    const { access_token: token } = (await granted.json()) as { access_token: string };
    const answer = await platform.ask('{ who }', {}, { authorization: `Bearer ${token}` });
    expect(await answer.json()).toEqual({ data: { who: 'service:training' } });
    const wrong = await fetch(discovery['token_endpoint'] ?? '', {
      method: 'POST',
      body: new URLSearchParams({ ...form, client_secret: 'x' }),
    });
    expect(wrong.status).toBe(401);
  });

  it('has no page where it is switched off', async () => {
    const response = await fetch(`${platform.url}/graphql`, { headers: { accept: 'text/html' } });
    expect(response.status).toBe(401);
  });

  it('says not found for what it does not have', async () => {
    expect((await get('/graphqlx')).status).toBe(404);
  });

  it('does not start in production with the local issuer', async () => {
    const env = { ...platform.env(), NODE_ENV: 'production' as const };
    await expect(start(gatewayEnv.parse(env))).rejects.toMatchObject({ slug: 'identity/local-issuer-refused' });
  });

  it('names a taken port', async () => {
    await expect(start(gatewayEnv.parse(platform.env()))).rejects.toMatchObject({ slug: 'host/port-taken' });
  });
});
