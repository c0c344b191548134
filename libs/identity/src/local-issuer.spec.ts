import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { LocalIssuer, ROLES, ServiceTokens, TokenVerifier } from './index.js';

describe('the local issuer', () => {
  let folder: string;
  let server: Server;
  let origin: string;
  let issuer: LocalIssuer;
  let verifier: TokenVerifier;
  let asked: number;
  let down: boolean;

  async function answer(request: IncomingMessage): Promise<{ status: number; body: unknown }> {
    if (down) return { status: 503, body: {} };
    if (request.url === '/.well-known/jwks.json') return { status: 200, body: issuer.jwks() };
    asked += 1;
    return issuer.grant({ form: new URLSearchParams(await text(request)), authorization: request.headers.authorization });
  }

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'identity-'));
    server = createServer((request, response) => {
      void answer(request).then(({ status, body }) => response.writeHead(status).end(JSON.stringify(body)));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    issuer = await LocalIssuer.open({ folder: join(folder, 'issuer'), issuer: origin, nodeEnv: 'test' });
    verifier = new TokenVerifier({ issuer: origin, jwksUrl: `${origin}/.well-known/jwks.json`, clockSkewSeconds: 5 });
  });
  afterAll(async () => {
    await new Promise((resolve) => server.close(resolve));
    await rm(folder, { recursive: true });
  });
  beforeEach(() => {
    asked = 0;
    down = false;
  });

  const open = () => LocalIssuer.open({ folder: join(folder, 'issuer'), issuer: origin, nodeEnv: undefined });
  const tokens = (secret: string, nowMs?: () => number) =>
    new ServiceTokens({ tokenUrl: `${origin}/oauth/token`, service: 'training', secret, ...(nowMs ? { nowMs } : {}) });

  it('does not open in production', async () => {
    await expect(LocalIssuer.open({ folder, issuer: origin, nodeEnv: 'production' })).rejects.toMatchObject({
      kind: 'forbidden',
      slug: 'identity/local-issuer-refused',
    });
  });

  it.each(ROLES)('signs a token for the %s that services accept', async (role) => {
    const viewer = await verifier.verify(`Bearer ${await issuer.tokenForRole(role)}`);
    expect(viewer).toMatchObject({ id: `person:${role}`, roles: [role], workspace: 'main' });
    expect(viewer.name).toMatch(/^\p{Lu}\p{L}+ \p{Lu}\p{L}+$/u);
  });

  it('keeps its key and secrets where only their owner reads them', async () => {
    const kept = join(folder, 'issuer');
    const files = await readdir(kept);
    expect(files.sort()).toEqual(['service-secrets.json', 'signing-key.json']);
    for (const file of files) expect((await stat(join(kept, file))).mode & 0o777).toBe(0o600);
    expect((await stat(kept)).mode & 0o777).toBe(0o700);
  });

  it('finds the same key again, also when two open a new folder at once', async () => {
    expect((await open()).jwks()).toEqual(issuer.jwks());
    const options = { folder: join(folder, 'raced'), issuer: origin, nodeEnv: undefined };
    const [one, other] = await Promise.all([LocalIssuer.open(options), LocalIssuer.open(options)]);
    expect(one.jwks()).toEqual(other.jwks());
    expect(one.secretOf('data')).toBe(other.secretOf('data'));
  });

  it('publishes no private part of its key', () => {
    expect(Object.keys(issuer.jwks().keys[0] ?? {}).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y']);
  });

  it('says where its doors are', () => {
    expect(issuer.discovery()).toMatchObject({
      issuer: origin,
      token_endpoint: `${origin}/oauth/token`,
      jwks_uri: `${origin}/.well-known/jwks.json`,
    });
  });

  it('gives a service a token of its own in the workspace it asks for', async () => {
    const viewer = await verifier.verify(await tokens(issuer.secretOf('training')).authorization('aviation'));
    expect(viewer).toMatchObject({ id: 'service:training', service: 'training', roles: [], workspace: 'aviation' });
  });

  it('gives nothing for the secret of another service', async () => {
    await expect(tokens(issuer.secretOf('data')).authorization('main')).rejects.toMatchObject({
      kind: 'unauthenticated',
      slug: 'identity/client-refused',
    });
  });

  it.each([
    ['grant_type=password&client_id=training', 'unsupported_grant_type'],
    ['grant_type=client_credentials&client_id=training&scope=workspace:..', 'invalid_scope'],
    ['grant_type=client_credentials&client_id=billing', 'invalid_client'],
    ['', 'invalid_client'],
  ])('refuses the form "%s"', async (form, error) => {
    const secret = `&client_secret=${issuer.secretOf('training')}`;
    await expect(issuer.grant({ form: new URLSearchParams(form + secret) })).resolves.toMatchObject({ body: { error } });
  });

  it('asks for a service token once while it lasts, and renews it before it expires', async () => {
    let nowMs = Date.now();
    const own = tokens(issuer.secretOf('training'), () => nowMs);
    await Promise.all([own.authorization('main'), own.authorization('main')]);
    nowMs += 539_000;
    await own.authorization('main');
    expect(asked).toBe(1);
    nowMs += 2_000;
    await own.authorization('main');
    expect(asked).toBe(2);
  });

  it('uses a token to its end while the issuer is away', async () => {
    let nowMs = Date.now();
    const own = tokens(issuer.secretOf('training'), () => nowMs);
    const authorization = await own.authorization('main');
    down = true;
    nowMs += 590_000;
    await expect(own.authorization('main')).resolves.toBe(authorization);
    nowMs += 11_000;
    await expect(own.authorization('main')).rejects.toMatchObject({ kind: 'unavailable', slug: 'identity/issuer-unavailable' });
  });
});
