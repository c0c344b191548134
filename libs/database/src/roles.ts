import { Problem } from '#libs/problem';

/** The event log's schema and roles stand apart from every service's: whoever may publish may not read tables. */
export const EVENT_LOG = 'event_log';

/** Serves: reads and writes rows under row-level security, owns nothing. */
export function runtimeRole(service: string): string {
  return `millrace_${schemaName(service)}`;
}

/** Migrates: owns the service's schema and everything in it. */
export function ownerRole(service: string): string {
  return `millrace_${schemaName(service)}_owner`;
}

/**
 * Names become identifiers in statements that cannot take parameters, so only plain ones pass.
 * @throws Problem invalid
 */
export function schemaName(service: string): string {
  if (/^[a-z][a-z0-9_]{0,40}$/.test(service) && !service.startsWith('pg_')) return service;
  throw new Problem('invalid', 'database/service-name', `${JSON.stringify(service)} cannot name a schema`, { service });
}

/** The address of the same server and database for another role. */
export function urlFor(url: string, role: string, password: string, database?: string): string {
  const address = new URL(url);
  address.username = encodeURIComponent(role);
  address.password = encodeURIComponent(password);
  if (database !== undefined) address.pathname = `/${encodeURIComponent(database)}`;
  return address.toString();
}
