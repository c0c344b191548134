import { errors, jwtVerify } from 'jose';
import { Problem } from '#libs/problem';
import { viewerOf } from './claims.js';
import { issuerUrl } from './fetch-json.js';
import { KeySet } from './key-set.js';
import type { Viewer } from './viewer.js';

/** Every token of the platform is made out to this audience. */
export const AUDIENCE = 'millrace';

export interface TokenVerifierOptions {
  /** The exact `iss` of accepted tokens. */
  readonly issuer: string;
  /** The `aud` that accepted tokens carry; `millrace` when left out. */
  readonly audience?: string;
  readonly jwksUrl: string;
  /** How far the issuer's clock may be off, for `exp` and `nbf`. */
  readonly clockSkewSeconds: number;
  /** Accepts a key address over plain http that is not loopback, for an issuer inside one's own network. */
  readonly allowPlainHttp?: boolean;
  /** The wall clock, in milliseconds; only a test sets it. */
  readonly nowMs?: () => number;
}

const ALGORITHMS = ['RS256', 'ES256'];
const TOKEN_CHARACTERS = 16 * 1024;
const REMEMBERED_TOKENS = 1024;
const REMEMBERED_MS = 60_000; // a key withdrawn by the issuer is honoured no longer than this
const KEY_TIMES = { freshMs: 600_000, staleMs: 24 * 3_600_000, cooldownMs: 30_000, deadlineMs: 5_000 };

const PROBLEM_OF_CLAIM: Readonly<Record<string, readonly [`identity/${string}`, string]>> = {
  iss: ['identity/wrong-issuer', 'the token comes from another issuer'],
  aud: ['identity/wrong-audience', 'the token is made out to another audience'],
  nbf: ['identity/token-not-yet-valid', 'the token is not valid yet'],
};

/** The token of an `Authorization: Bearer` value (RFC 6750). */
function bareToken(authorization: string | undefined): string {
  if (authorization === undefined || authorization.trim() === '') {
    throw new Problem('unauthenticated', 'identity/token-missing', 'the call carries no token');
  }
  const token = /^Bearer +([\w.~+/=-]+) *$/i.exec(authorization.slice(0, TOKEN_CHARACTERS + 1))?.[1];
  if (token === undefined || authorization.length > TOKEN_CHARACTERS) {
    throw new Problem('unauthenticated', 'identity/token-invalid', 'the authorization is not a bearer token');
  }
  return token;
}

function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof errors.JWTExpired)
    return new Problem('unauthenticated', 'identity/token-expired', 'the token has expired');
  const known = error instanceof errors.JWTClaimValidationFailed ? PROBLEM_OF_CLAIM[error.claim] : undefined;
  const [slug, detail] = known ?? ['identity/token-invalid', 'the token cannot be trusted'];
  return new Problem('unauthenticated', slug, detail);
}

/**
 * Turns a bearer token into the viewer it speaks for. Every service holds one and trusts nothing else.
 * A token that passed is remembered for at most a minute, so a busy caller costs one signature check a minute.
 */
export class TokenVerifier {
  private readonly keys: KeySet;
  private readonly nowMs: () => number;
  private readonly remembered = new Map<string, { readonly viewer: Viewer; readonly untilMs: number }>();

  constructor(private readonly options: TokenVerifierOptions) {
    this.nowMs = options.nowMs ?? Date.now;
    this.keys = new KeySet(issuerUrl(options.jwksUrl, options.allowPlainHttp ?? false), KEY_TIMES, this.nowMs);
  }

  /**
   * @param authorization the value of the `authorization` header or gRPC metadata: `Bearer <token>`
   * @throws Problem unauthenticated (`identity/token-missing`, `identity/token-expired`, `identity/token-not-yet-valid`,
   *   `identity/token-invalid`, `identity/wrong-issuer`, `identity/wrong-audience`, `identity/workspace-missing`,
   *   `identity/unknown-role`, `identity/unknown-service`); unavailable (`identity/keys-unavailable`)
   */
  async verify(authorization: string | undefined): Promise<Viewer> {
    const token = bareToken(authorization);
    const known = this.remembered.get(token);
    if (known !== undefined && this.nowMs() < known.untilMs) return known.viewer;
    this.remembered.delete(token);
    const viewer = await this.check(token);
    this.remember(viewer);
    return viewer;
  }

  private async check(token: string): Promise<Viewer> {
    try {
      const { payload } = await jwtVerify(token, this.keys.find, {
        algorithms: ALGORITHMS,
        issuer: this.options.issuer,
        audience: this.options.audience ?? AUDIENCE,
        clockTolerance: this.options.clockSkewSeconds,
        currentDate: new Date(this.nowMs()),
        requiredClaims: ['exp', 'iss', 'aud', 'sub'],
      });
      return viewerOf(payload, token);
    } catch (error) {
      throw problemOf(error);
    }
  }

  private remember(viewer: Viewer): void {
    if (this.remembered.size >= REMEMBERED_TOKENS) {
      const oldest = this.remembered.keys().next();
      if (!oldest.done) this.remembered.delete(oldest.value);
    }
    const expiresMs = viewer.expiresAt.getTime() + this.options.clockSkewSeconds * 1000;
    this.remembered.set(viewer.token, { viewer, untilMs: Math.min(this.nowMs() + REMEMBERED_MS, expiresMs) });
  }
}
