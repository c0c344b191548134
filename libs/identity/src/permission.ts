import { Problem } from '#libs/problem';
import { isRole, isServiceName, ROLES, SERVICES, type Role, type ServiceName } from './role.js';
import type { Viewer } from './viewer.js';

/** Who may use a field, an rpc or a route. Whoever is not named is refused; administrators are no exception. */
export interface Permission {
  readonly roles: readonly Role[];
  readonly services: readonly ServiceName[];
}

const SERVICE_PREFIX = 'service:';
const ANY_ROLE = 'any-role';
const ANY_SERVICE = 'any-service';

/**
 * Reads a permission list such as `['ml-engineer', 'service:training']`; `any-role` and `any-service` stand for all of them.
 * @throws Problem `identity/unknown-permission` for a name that is no role and no service, `identity/empty-permission` for an empty list
 */
export function parsePermission(names: readonly string[]): Permission {
  if (names.length === 0)
    throw new Problem('invalid', 'identity/empty-permission', 'a permission names at least one role or service');
  const named = new Set(names.flatMap(expand));
  return {
    roles: ROLES.filter((role) => named.has(role)),
    services: SERVICES.filter((service) => named.has(SERVICE_PREFIX + service)),
  };
}

function expand(name: string): readonly string[] {
  if (name === ANY_ROLE) return ROLES;
  if (name === ANY_SERVICE) return SERVICES.map((service) => SERVICE_PREFIX + service);
  if (isRole(name)) return [name];
  if (name.startsWith(SERVICE_PREFIX) && isServiceName(name.slice(SERVICE_PREFIX.length))) return [name];
  throw new Problem('invalid', 'identity/unknown-permission', `"${name}" is neither a role nor a service`, { name });
}

/** The shortest list that `parsePermission` reads back as the same permission. */
export function formatPermission(permission: Permission): readonly string[] {
  const roles = ROLES.filter((role) => permission.roles.includes(role));
  const services = SERVICES.filter((service) => permission.services.includes(service));
  return [
    ...(roles.length === ROLES.length ? [ANY_ROLE] : roles),
    ...(services.length === SERVICES.length ? [ANY_SERVICE] : services.map((service) => SERVICE_PREFIX + service)),
  ];
}

/** True where the permission names the viewer's service, or at least one of the person's roles. */
export function permits(viewer: Viewer, permission: Permission): boolean {
  if (viewer.service !== undefined) return permission.services.includes(viewer.service);
  return viewer.roles.some((role) => permission.roles.includes(role));
}
