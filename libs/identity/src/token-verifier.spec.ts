import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT, type CryptoKey, type JWK, type JWTPayload } from 'jose';
import { TokenVerifier, type Viewer } from './index.js';

const ISSUER = 'https://issuer.example';
const CLAIMS = { sub: 'person:7', name: 'Ada', roles: ['ml-engineer'], workspace: 'main' };

interface SigningKey {
  readonly privateKey: CryptoKey;
  readonly jwk: JWK;
}

async function signingKey(alg: string, kid: string): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair(alg);
  return { privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' } };
}

describe('the token verifier', () => {
  let server: Server;
  let url: string;
  let published: JWK[];
  let asked: number;
  let down: boolean;
  let nowMs: number;
  let first: SigningKey;
  let verifier: TokenVerifier;

  beforeAll(async () => {
    first = await signingKey('ES256', 'first');
    server = createServer((_request, response) => {
      asked += 1;
      if (down) response.writeHead(503).end('{}');
      else response.end(JSON.stringify({ keys: published }));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks`;
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  beforeEach(() => {
    published = [first.jwk];
    asked = 0;
    down = false;
    nowMs = Date.now();
    verifier = new TokenVerifier({ issuer: ISSUER, jwksUrl: url, clockSkewSeconds: 5, nowMs: () => nowMs });
  });

  function claims(changes: Readonly<Record<string, unknown>> = {}): JWTPayload {
    const now = Math.floor(nowMs / 1000);
    return { ...CLAIMS, iss: ISSUER, aud: 'millrace', iat: now, exp: now + 3600, ...changes };
  }
  async function bearer(payload: JWTPayload, key: SigningKey = first, kid = key.jwk.kid ?? ''): Promise<string> {
    return `Bearer ${await new SignJWT(payload).setProtectedHeader({ alg: key.jwk.alg ?? '', kid }).sign(key.privateKey)}`;
  }
  const refused = (authorization: string | undefined, kind: string, slug: string) =>
    expect(verifier.verify(authorization)).rejects.toMatchObject({ name: 'Problem', kind, slug });

  it('turns a token into the viewer it speaks for', async () => {
    const authorization = await bearer(claims());
    const viewer = await verifier.verify(authorization);
    expect(viewer).toEqual<Viewer>({
      id: 'person:7',
      name: 'Ada',
      roles: ['ml-engineer'],
      workspace: 'main',
      token: authorization.slice('Bearer '.length),
      expiresAt: new Date((Math.floor(nowMs / 1000) + 3600) * 1000),
    });
  });

  it('knows a service, which has no roles', async () => {
    const viewer = await verifier.verify(
      await bearer(claims({ sub: 'service:training', roles: undefined, service: 'training' })),
    );
    expect(viewer).toMatchObject({ id: 'service:training', service: 'training', roles: [] });
  });

  it('accepts RS256', async () => {
    const rsa = await signingKey('RS256', 'rsa');
    published = [first.jwk, rsa.jwk];
    await expect(verifier.verify(await bearer(claims(), rsa))).resolves.toMatchObject({ id: 'person:7' });
  });

  it.each<string | undefined>([undefined, '', '  '])('asks for a token where the call has %p', (authorization) =>
    refused(authorization, 'unauthenticated', 'identity/token-missing'),
  );

  it.each(['Basic abc', 'Bearer', 'Bearer a b', 'Bearer not.a.token', `Bearer ${'a'.repeat(20_000)}`])(
    'refuses what is no bearer token: %.20s',
    (authorization) => refused(authorization, 'unauthenticated', 'identity/token-invalid'),
  );

  it.each<[string, Readonly<Record<string, unknown>>, string]>([
    ['another issuer', { iss: 'https://other.example' }, 'wrong-issuer'],
    ['another audience', { aud: 'grafana' }, 'wrong-audience'],
    ['no expiry', { exp: undefined }, 'token-invalid'],
    ['no subject', { sub: undefined }, 'token-invalid'],
    ['no workspace', { workspace: undefined }, 'workspace-missing'],
    ['a workspace that leaves its folder', { workspace: '../other' }, 'workspace-missing'],
    ['no roles', { roles: undefined }, 'token-invalid'],
    ['an unknown role among known ones', { roles: ['ml-engineer', 'root'] }, 'unknown-role'],
    ['an unknown service', { roles: undefined, service: 'billing' }, 'unknown-service'],
    ['both a service and roles', { service: 'training' }, 'token-invalid'],
  ])('refuses a token with %s', async (_what, changes, slug) => {
    await refused(await bearer(claims(changes)), 'unauthenticated', `identity/${slug}`);
  });

  it('refuses an expired token once the clocks may no longer differ', async () => {
    const authorization = await bearer(claims({ exp: Math.floor(nowMs / 1000) - 6 }));
    await refused(authorization, 'unauthenticated', 'identity/token-expired');
    nowMs -= 2_000;
    await expect(verifier.verify(authorization)).resolves.toMatchObject({ id: 'person:7' });
  });

  it('forgets a remembered token when it expires', async () => {
    const authorization = await bearer(claims({ exp: Math.floor(nowMs / 1000) + 10 }));
    await verifier.verify(authorization);
    nowMs += 16_000;
    await refused(authorization, 'unauthenticated', 'identity/token-expired');
  });

  it('refuses a token before its time', async () => {
    await refused(
      await bearer(claims({ nbf: Math.floor(nowMs / 1000) + 60 })),
      'unauthenticated',
      'identity/token-not-yet-valid',
    );
  });

  it('refuses an unsigned token', async () => {
    await refused(`Bearer ${new UnsecuredJWT(claims()).encode()}`, 'unauthenticated', 'identity/token-invalid');
  });

  it('refuses a token signed with a shared secret made of the public key', async () => {
    const secret = new TextEncoder().encode(JSON.stringify(first.jwk));
    const token = await new SignJWT(claims()).setProtectedHeader({ alg: 'HS256', kid: 'first' }).sign(secret);
    await refused(`Bearer ${token}`, 'unauthenticated', 'identity/token-invalid');
  });

  it('refuses a token of another key that claims the known key id', async () => {
    await refused(
      await bearer(claims(), await signingKey('ES256', 'other'), 'first'),
      'unauthenticated',
      'identity/token-invalid',
    );
  });

  it('follows a rotation of keys, and asks the issuer at most every thirty seconds for keys nobody knows', async () => {
    await verifier.verify(await bearer(claims()));
    const next = await signingKey('ES256', 'next');
    published = [next.jwk];
    const rotated = await bearer(claims(), next);
    await refused(rotated, 'unauthenticated', 'identity/token-invalid');
    expect(asked).toBe(1);
    nowMs += 31_000;
    await expect(verifier.verify(rotated)).resolves.toMatchObject({ id: 'person:7' });
    expect(asked).toBe(2);
  });

  it('keeps the keys it has while the issuer is away, for a day', async () => {
    await verifier.verify(await bearer(claims()));
    down = true;
    nowMs += 3_600_000;
    await expect(verifier.verify(await bearer(claims()))).resolves.toMatchObject({ id: 'person:7' });
    nowMs += 24 * 3_600_000;
    await refused(await bearer(claims()), 'unavailable', 'identity/keys-unavailable');
  });

  it('says that it cannot tell, where it never had a key', async () => {
    down = true;
    await refused(await bearer(claims()), 'unavailable', 'identity/keys-unavailable');
    down = false;
    await expect(verifier.verify(await bearer(claims()))).resolves.toMatchObject({ id: 'person:7' });
  });

  it('asks for the keys once, however many tokens arrive at once', async () => {
    const bearers = await Promise.all([1, 2, 3, 4].map((n) => bearer(claims({ sub: `person:${n}` }))));
    await Promise.all(bearers.map((authorization) => verifier.verify(authorization)));
    expect(asked).toBe(1);
  });

  it('takes no keys over plain http from another machine, unless told to', () => {
    const options = { issuer: ISSUER, jwksUrl: 'http://issuer.example/jwks', clockSkewSeconds: 5 };
    expect(() => new TokenVerifier(options)).toThrow('neither https nor loopback');
    expect(() => new TokenVerifier({ ...options, allowPlainHttp: true })).not.toThrow();
  });
});
