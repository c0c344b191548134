import { DuckDBTimestampTZValue, type DuckDBPreparedStatement } from '@duckdb/node-api';
import { Problem } from '#libs/problem';
import type { SqlParameter } from './sql-engine.js';

/** Binds every parameter the statement names, and refuses one that is missing or not named. */
export function bind(statement: DuckDBPreparedStatement, params: Readonly<Record<string, SqlParameter>>): void {
  const named = Array.from({ length: statement.parameterCount }, (_, index) => statement.parameterName(index + 1));
  const missing = named.filter((name) => !(name in params));
  const unused = Object.keys(params).filter((name) => !named.includes(name));
  if (missing.length + unused.length > 0) {
    throw new Problem('invalid', 'sql/parameters', 'the parameters are not the ones the statement names', { missing, unused });
  }
  named.forEach((name, index) => bindOne(statement, index + 1, params[name]!));
}

function bindOne(statement: DuckDBPreparedStatement, index: number, value: SqlParameter): void {
  if (value === null) statement.bindNull(index);
  else if (typeof value === 'string') statement.bindVarchar(index, value);
  else if (typeof value === 'boolean') statement.bindBoolean(index, value);
  else if (typeof value === 'bigint') statement.bindBigInt(index, value);
  else if (value instanceof Date) statement.bindTimestampTZ(index, new DuckDBTimestampTZValue(BigInt(value.getTime()) * 1000n));
  else if (Number.isSafeInteger(value)) statement.bindBigInt(index, BigInt(value));
  else statement.bindDouble(index, value);
}
