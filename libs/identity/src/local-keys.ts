import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { join } from 'node:path';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, type CryptoKey, type JWK } from 'jose';
import { readOrCreatePrivate } from './private-file.js';
import { SERVICES, type ServiceName } from './role.js';

/** The signing key of a local issuer and its public half. */
export interface LocalKey {
  readonly sign: CryptoKey;
  readonly kid: string;
  readonly publicJwk: JWK;
}

/** Opens the ES256 key kept in `folder`, made on first use. */
export async function openLocalKey(folder: string): Promise<LocalKey> {
  const text = await readOrCreatePrivate(join(folder, 'signing-key.json'), async () => {
    const { privateKey } = await generateKeyPair('ES256', { extractable: true });
    return JSON.stringify(await exportJWK(privateKey));
  });
  const jwk = JSON.parse(text) as JWK;
  const { kty, crv, x, y } = jwk;
  const kid = await calculateJwkThumbprint(jwk);
  const sign = await importJWK(jwk, 'ES256');
  if (sign instanceof Uint8Array) throw new TypeError('the signing key is not an ES256 key');
  return { sign, kid, publicJwk: { kty, crv, x, y, kid, alg: 'ES256', use: 'sig' } as JWK };
}

export type ServiceSecrets = Readonly<Record<ServiceName, string>>;

/** Opens the client secrets kept in `folder`, one per service, made on first use. */
export async function openServiceSecrets(folder: string): Promise<ServiceSecrets> {
  const text = await readOrCreatePrivate(join(folder, 'service-secrets.json'), () => {
    const secrets = SERVICES.map((service) => [service, randomBytes(32).toString('base64url')]);
    return Promise.resolve(JSON.stringify(Object.fromEntries(secrets)));
  });
  const secrets = JSON.parse(text) as Partial<ServiceSecrets>;
  const missing = SERVICES.filter((service) => typeof secrets[service] !== 'string');
  if (missing.length > 0) throw new TypeError(`no secret is kept for ${missing.join(', ')}`);
  return secrets as ServiceSecrets;
}

/** Compares in constant time; hashing first makes the lengths equal. */
export function sameSecret(given: string, kept: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(kept));
}
