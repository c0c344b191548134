import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  calculateJwkThumbprint,
  generateKeyPair,
  importJWK,
  SignJWT,
  UnsecuredJWT,
  type CryptoKey,
  type JWK,
  type JWTPayload,
} from 'jose';
import { AUDIENCE, localPerson } from '#libs/identity';
import type { Network } from './network.js';

const LIFETIME_SECONDS = 3_600;

/** Tokens that nobody should accept, made by somebody who knows the platform well. */
export class TokenForger {
  private constructor(
    private readonly issuer: string,
    private readonly key: CryptoKey,
    private readonly kid: string,
  ) {}

  /** Takes the issuer's own key, so that a token is wrong in the one way that it is meant to be wrong in. */
  static async at({ launched }: Network): Promise<TokenForger> {
    const jwk = JSON.parse(readFileSync(join(launched.data, 'issuer', 'signing-key.json'), 'utf8')) as JWK;
    const key = (await importJWK(jwk, 'ES256')) as CryptoKey;
    return new TokenForger(`http://127.0.0.1:${launched.port}`, key, await calculateJwkThumbprint(jwk));
  }

  /** Signed by the issuer, with some claims changed. */
  signed(changes: JWTPayload): Promise<string> {
    return this.sign({ ...this.claims(), ...changes }, this.key);
  }

  /** By another key that goes by the name of the issuer's. */
  async signedByAnother(): Promise<string> {
    return this.sign(this.claims(), (await generateKeyPair('ES256')).privateKey);
  }

  /** `alg: none` (RFC 8725, 2.1). */
  unsigned(): string {
    return new UnsecuredJWT(this.claims()).encode();
  }

  /** A good token whose claims were changed afterwards. */
  async altered(): Promise<string> {
    const [header, , signature] = (await this.signed({ roles: ['data-analyst'] })).split('.');
    return [header, Buffer.from(JSON.stringify(this.claims())).toString('base64url'), signature].join('.');
  }

  private claims(): JWTPayload {
    const now = Math.floor(Date.now() / 1_000);
    const { id, name } = localPerson('ml-engineer');
    const roles = ['ml-engineer', 'data-engineer'];
    return { sub: id, name, roles, workspace: 'main', iss: this.issuer, aud: AUDIENCE, iat: now, exp: now + LIFETIME_SECONDS };
  }

  private sign(claims: JWTPayload, key: CryptoKey): Promise<string> {
    return new SignJWT(claims).setProtectedHeader({ alg: 'ES256', kid: this.kid, typ: 'JWT' }).sign(key);
  }
}
