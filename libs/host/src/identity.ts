import { AUDIENCE, ServiceTokens, TokenVerifier, type ServiceName, type Viewer } from '#libs/identity';
import type { HostEnv } from './env.js';

/** The two halves of identity that a service needs: to verify who calls, and to say who it is. */
export interface HostIdentity {
  verify(bearer: string | undefined): Promise<Viewer>;
  /** `Bearer …` of this service in a workspace. */
  authorization(workspace: string): Promise<string>;
}

/** Identity against the configured issuer; plain HTTP is accepted outside production only. */
export function hostIdentity(service: ServiceName, env: HostEnv): HostIdentity {
  const allowPlainHttp = env.NODE_ENV !== 'production';
  const issuer = env.ISSUER_URL.replace(/\/$/, '');
  const verifier = new TokenVerifier({
    issuer,
    audience: AUDIENCE,
    jwksUrl: `${issuer}/.well-known/jwks.json`,
    clockSkewSeconds: 30,
    allowPlainHttp,
  });
  const tokens = new ServiceTokens({ tokenUrl: `${issuer}/oauth/token`, service, secret: env.SERVICE_SECRET, allowPlainHttp });
  return { verify: (bearer) => verifier.verify(bearer), authorization: (workspace) => tokens.authorization(workspace) };
}
