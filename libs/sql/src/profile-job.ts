import type { DuckDBConnection } from '@duckdb/node-api';
import { identifier } from './identifier.js';
import type { ColumnProfile } from './profile.js';
import type { JobOf } from './protocol.js';
import type { ColumnSchema, TableProfile } from './sql-engine.js';
import { schemaOf } from './table-schema.js';

const NUMBER = /^(TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT|UTINYINT|USMALLINT|UINTEGER|UBIGINT|UHUGEINT|FLOAT|DOUBLE|DECIMAL)/;
const NESTED = /(\]$)|^(STRUCT|MAP|UNION|BLOB|BIT|VARIANT|GEOMETRY)/;
const MAX_TEXT = 64;
const TOP = 10;

export async function profileJob(connection: DuckDBConnection, job: JobOf<'profile'>): Promise<TableProfile> {
  const { rowCount, columns } = await schemaOf(connection, job.table.name);
  const profiles: ColumnProfile[] = [];
  for (const column of columns) profiles.push(await profileOf(connection, job.table.name, column));
  return { rowCount, columns: profiles };
}

async function profileOf(connection: DuckDBConnection, table: string, { name, type }: ColumnSchema): Promise<ColumnProfile> {
  const c = identifier(name);
  const numeric = NUMBER.test(type);
  const nested = NESTED.test(type);
  const finite = type === 'FLOAT' || type === 'DOUBLE' ? `FILTER (isfinite(${c}))` : '';
  const reader = await connection.runAndReadAll(`
    SELECT count(*) - count(${c}), ${nested ? 0 : `approx_count_distinct(${c})`},
      ${nested ? 'NULL, NULL' : `left(min(${c})::VARCHAR, ${MAX_TEXT}), left(max(${c})::VARCHAR, ${MAX_TEXT})`},
      ${numeric ? `avg(${c}::DOUBLE) ${finite}, stddev_samp(${c}::DOUBLE) ${finite}` : 'NULL, NULL'},
      ${numeric ? `to_json(quantile_cont(${c}::DOUBLE, [0.05, 0.25, 0.5, 0.75, 0.95]) ${finite})::VARCHAR` : 'NULL'}
    FROM ${identifier(table)}`);
  const row = reader.getRows()[0]!;
  const number = (value: unknown): number | null => (value === null ? null : Number(value));
  const text = (value: unknown): string | null => (value === null ? null : String(value));
  return {
    name,
    type,
    nullCount: Number(row[0]),
    distinctEstimate: Number(row[1]),
    min: text(row[2]),
    max: text(row[3]),
    mean: number(row[4]),
    stddev: number(row[5]),
    quantiles: row[6] === null || row[6] === undefined ? null : (JSON.parse(String(row[6])) as number[] | null),
    topValues: type === 'VARCHAR' || type === 'BOOLEAN' ? await topOf(connection, table, c) : null,
  };
}

async function topOf(connection: DuckDBConnection, table: string, column: string): Promise<{ value: string; count: number }[]> {
  const reader = await connection.runAndReadAll(`
    SELECT left(${column}::VARCHAR, ${MAX_TEXT}) AS v, count(*) AS n FROM ${identifier(table)}
    WHERE ${column} IS NOT NULL GROUP BY v ORDER BY n DESC, v LIMIT ${TOP}`);
  return reader.getRows().map((row) => ({ value: String(row[0]), count: Number(row[1]) }));
}
