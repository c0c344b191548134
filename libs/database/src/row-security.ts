import type { DataSource } from 'typeorm';
import { Problem } from '#libs/problem';

/** The transaction-local settings that policies read. */
export const WORKSPACE_SETTING = 'millrace.workspace';
export const SCOPE_SETTING = 'millrace.scope';

export interface ProtectOptions {
  /**
   * Also open to `withPlatformScope`: for tables that leased background work (a relay, a scheduler, compaction) scans over all
   * workspaces. Everything else stays closed to it.
   */
  readonly platformScope?: boolean;
}

/**
 * The statements of a migration that close `table` by row-level security: a row is seen and written only in a transaction of its
 * own workspace, by the owner too (`force`). The table has a column `workspace text not null`.
 *
 * After a transaction-local setting ends, PostgreSQL leaves it as '' and not as null, so '' is never a workspace.
 */
export function protectTable(table: string, { platformScope = false }: ProtectOptions = {}): readonly string[] {
  const name = plainName(table);
  const own = `workspace = nullif(current_setting('${WORKSPACE_SETTING}', true), '')`;
  const platform = `current_setting('${SCOPE_SETTING}', true) = 'platform'`;
  return [
    `alter table ${name} add constraint ${name}_workspace_named check (workspace <> '')`,
    `alter table ${name} enable row level security`,
    `alter table ${name} force row level security`,
    `create policy workspace on ${name} using (${own}) with check (${own})`,
    ...(platformScope ? [`create policy platform on ${name} using (${platform}) with check (${platform})`] : []),
  ];
}

/**
 * The tables of the service's schema that have a `workspace` column and are not closed by `protectTable`: a contract test expects
 * none. Partitions count, because a query may name one directly.
 */
export async function unprotectedTables(db: DataSource): Promise<readonly string[]> {
  const rows: readonly { name: string }[] = await db.query(
    `select c.relname as name
       from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'workspace' and not a.attisdropped
      where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p')
        and not (c.relrowsecurity and c.relforcerowsecurity and exists (
          select from pg_policy p where p.polrelid = c.oid and p.polname = 'workspace'
             and pg_get_expr(p.polqual, p.polrelid) like $1 and pg_get_expr(p.polwithcheck, p.polrelid) like $1))
      order by 1`,
    [`%current_setting('${WORKSPACE_SETTING}'%`],
  );
  return rows.map(({ name }) => name);
}

/** The tables of the service's schema without a `workspace` column, apart from those named: a contract test expects none. */
export async function tablesWithoutWorkspace(
  db: DataSource,
  except: readonly string[] = ['migration'],
): Promise<readonly string[]> {
  const rows: readonly { name: string }[] = await db.query(
    `select c.relname as name from pg_class c
      where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p') and c.relname <> all($1)
        and not exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'workspace' and not a.attisdropped)
      order by 1`,
    [except],
  );
  return rows.map(({ name }) => name);
}

function plainName(table: string): string {
  if (/^[a-z][a-z0-9_]{0,40}$/.test(table)) return table;
  throw new Problem('invalid', 'database/table-name', `${JSON.stringify(table)} is not a plain table name`);
}
