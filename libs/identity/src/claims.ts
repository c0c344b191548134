import { Problem } from '#libs/problem';
import { isRole, isServiceName, type Role, type ServiceName } from './role.js';
import type { Viewer } from './viewer.js';

/** What a Millrace token says beyond the registered claims (RFC 7519); the signature is checked before this is read. */
export interface Claims {
  readonly sub?: unknown;
  readonly name?: unknown;
  readonly roles?: unknown;
  readonly workspace?: unknown;
  readonly service?: unknown;
  readonly exp?: unknown;
}

// A workspace becomes part of object paths and topic keys, so its alphabet is closed here, at the only way in.
const WORKSPACE = /^[a-z0-9][a-z0-9-]{0,62}$/;
const NAME_CHARACTERS = 200;

/** True for a name that a workspace may have: lower-case letters, digits and hyphens, at most 63 of them. */
export function isWorkspace(name: unknown): name is string {
  return typeof name === 'string' && WORKSPACE.test(name);
}

function invalid(detail: string): Problem {
  return new Problem('unauthenticated', 'identity/token-invalid', detail);
}

function subjectOf({ sub }: Claims): string {
  if (typeof sub === 'string' && sub !== '' && sub.length <= NAME_CHARACTERS) return sub;
  throw invalid('the token names no subject');
}

function workspaceOf({ workspace }: Claims): string {
  if (isWorkspace(workspace)) return workspace;
  throw new Problem('unauthenticated', 'identity/workspace-missing', 'the token names no workspace');
}

function serviceOf({ service, roles }: Claims): ServiceName | undefined {
  if (service === undefined) return undefined;
  if (!isServiceName(service))
    throw new Problem('unauthenticated', 'identity/unknown-service', 'the token names an unknown service');
  if (roles !== undefined) throw invalid('a token is a service or a person, not both');
  return service;
}

function rolesOf({ roles }: Claims): readonly Role[] {
  if (!Array.isArray(roles)) throw invalid('the token names no roles');
  for (const role of roles as readonly unknown[]) {
    if (!isRole(role))
      throw new Problem('unauthenticated', 'identity/unknown-role', 'the token names an unknown role', {
        role: String(role).slice(0, 60),
      });
  }
  return [...new Set(roles as readonly Role[])];
}

/**
 * Makes the viewer of verified claims; a claim outside the platform's vocabulary refuses the whole token, because a role that is
 * skipped in silence is a misconfigured issuer that nobody notices.
 * @throws Problem unauthenticated
 */
export function viewerOf(claims: Claims, token: string): Viewer {
  const id = subjectOf(claims);
  const service = serviceOf(claims);
  if (typeof claims.exp !== 'number') throw invalid('the token never expires');
  const viewer = {
    id,
    name: typeof claims.name === 'string' && claims.name !== '' ? claims.name.slice(0, NAME_CHARACTERS) : id,
    workspace: workspaceOf(claims),
    token,
    expiresAt: new Date(claims.exp * 1000),
  };
  return service === undefined ? { ...viewer, roles: rolesOf(claims) } : { ...viewer, roles: [], service };
}
