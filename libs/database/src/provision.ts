import pg from 'pg';
import { ownerRole, runtimeRole, schemaName } from './roles.js';

export interface Provisioning {
  /** Schemas to make, one per service; the event log is one more, named `EVENT_LOG`. */
  readonly services: readonly string[];
  /** The password of a role by its name; called for every role at every provisioning. */
  readonly passwordOf: (role: string) => string;
}

/**
 * Gives every service its schema and two roles in the database of `adminUrl`: the owner, which migrates, and the runtime role,
 * which owns nothing, so row-level security binds it. Idempotent; safe when several start at once.
 * @param adminUrl a role that may create roles and schemas; it need not be a superuser
 */
export async function provision(adminUrl: string, { services, passwordOf }: Provisioning): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl, application_name: 'millrace provision', statement_timeout: 60_000 });
  await client.connect();
  try {
    await client.query('begin');
    await client.query(`select pg_advisory_xact_lock(hashtextextended('millrace/provision', 0))`);
    // The log, if statements are logged, must not keep passwords.
    await client.query(
      `select set_config('log_statement', 'none', true) where (select rolsuper from pg_roles where rolname = current_user)`,
    );
    await closeToPublic(client);
    for (const service of services) {
      await ensureRole(client, ownerRole(service), passwordOf(ownerRole(service)));
      await ensureRole(client, runtimeRole(service), passwordOf(runtimeRole(service)));
      await ensureSchema(client, service);
    }
    await client.query('commit');
  } finally {
    await client.end(); // an open transaction ends with its connection
  }
}

async function closeToPublic(client: pg.Client): Promise<void> {
  const database = client.escapeIdentifier(client.database!);
  await client.query(`revoke all on database ${database} from public`);
  await client.query(`revoke all on schema public from public`);
}

async function ensureRole(client: pg.Client, role: string, password: string): Promise<void> {
  const name = client.escapeIdentifier(role);
  const { rowCount } = await client.query(`select from pg_roles where rolname = $1`, [role]);
  await client.query(
    `${rowCount ? 'alter' : 'create'} role ${name} with login noinherit password ${client.escapeLiteral(password)}`,
  );
  await refusePrivilege(client, role);
  await client.query(`grant connect, temporary on database ${client.escapeIdentifier(client.database!)} to ${name}`);
}

/** A role that was made by hand with these rights would pass row-level security by; only a superuser may take them back. */
async function refusePrivilege(client: pg.Client, role: string): Promise<void> {
  const { rows } = await client.query<{ privileged: boolean }>(
    `select rolsuper or rolbypassrls or rolreplication or rolcreaterole or rolcreatedb as privileged from pg_roles where rolname = $1`,
    [role],
  );
  if (rows[0]!.privileged)
    await client.query(`alter role ${client.escapeIdentifier(role)} with nosuperuser nobypassrls noreplication`);
}

async function ensureSchema(client: pg.Client, service: string): Promise<void> {
  const schema = client.escapeIdentifier(schemaName(service));
  const owner = client.escapeIdentifier(ownerRole(service));
  const runtime = client.escapeIdentifier(runtimeRole(service));
  // An administrator that is not a superuser acts for the owner only as its member.
  await client.query(`grant ${owner} to current_user with set true, inherit true`);
  await client.query(`create schema if not exists ${schema} authorization ${owner}`);
  await client.query(`grant usage on schema ${schema} to ${runtime}`);
  const defaults = `alter default privileges for role ${owner} in schema ${schema}`;
  await client.query(`${defaults} grant select, insert, update, delete on tables to ${runtime}`);
  await client.query(`${defaults} grant usage, select on sequences to ${runtime}`);
  await client.query(`alter default privileges for role ${owner} revoke execute on functions from public`);
  await client.query(`${defaults} grant execute on functions to ${runtime}`);
  // For tools; services also say it themselves when they connect.
  for (const role of [owner, runtime]) await client.query(`alter role ${role} set search_path = ${schema}`);
}
