import { StatementType, type DuckDBConnection } from '@duckdb/node-api';
import { Problem } from '#libs/problem';
import { identifier } from './identifier.js';
import { guardSelect, type SelectRules, type SelectShape } from './select-guard.js';
import type { SqlParameter } from './sql-engine.js';
import { bind } from './bind.js';

const MAX_SQL_LENGTH = 200_000;

/** Judges a statement by its syntax tree and by its kind; both must say: one SELECT. */
export async function judge(connection: DuckDBConnection, sql: string, rules: SelectRules): Promise<SelectShape> {
  if (sql.length > MAX_SQL_LENGTH) {
    throw new Problem('too-large', 'sql/too-long', `a statement may have ${MAX_SQL_LENGTH} characters`, {
      maxLength: MAX_SQL_LENGTH,
    });
  }
  const serialized = await connection.runAndReadAll('SELECT json_serialize_sql($sql::VARCHAR)', { sql });
  const shape = guardSelect(String(serialized.getRows()[0]![0]), rules);
  const statements = await connection.extractStatements(sql);
  if (statements.count !== 1) throw new Problem('forbidden', 'sql/not-one-select', 'exactly one SELECT can be run');
  const statement = await statements.prepare(0);
  const kind = statement.statementType;
  statement.destroySync();
  if (kind !== StatementType.SELECT) throw new Problem('forbidden', 'sql/not-one-select', 'exactly one SELECT can be run');
  return shape;
}

/** Keeps the result of a judged SELECT, in its order, as a table of this job. */
export async function keep(
  connection: DuckDBConnection,
  table: string,
  sql: string,
  params: Readonly<Record<string, SqlParameter>>,
  limit?: number,
): Promise<void> {
  const cut = limit === undefined ? '' : ` LIMIT ${limit}`;
  // The newline ends a trailing comment; the judged text is whole, so brackets cannot be closed early.
  const statement = await connection.prepare(`CREATE TEMP TABLE ${identifier(table)} AS SELECT * FROM (${bare(sql)}\n)${cut}`);
  try {
    bind(statement, params);
    await statement.run();
  } finally {
    statement.destroySync();
  }
}

/** The statement without what may end it, so that it can stand in brackets. */
export function bare(sql: string): string {
  return sql.trim().replace(/(\s*;)+$/, '');
}
