import type { DuckDBConnection } from '@duckdb/node-api';
import { Problem } from '#libs/problem';
import { identifier, literal } from './identifier.js';
import { bare, judge, keep } from './prepared-select.js';
import type { JobOf } from './protocol.js';
import { lock } from './sandbox.js';
import type { ColumnSchema, TableSchema } from './sql-engine.js';
import { columnsOf, schemaOf } from './table-schema.js';

const RESULT = '__result';

/**
 * Writes the SELECT's rows as Parquet: one thread (sums of floats depend on their order), no clock, no chance, rows in a stated
 * order. Equal statements over equal objects give equal bytes, which is what makes a version's hash worth pinning.
 */
export async function materializeJob(connection: DuckDBConnection, job: JobOf<'materialize'>): Promise<TableSchema> {
  const shape = await judge(connection, job.sql, { tables: job.tables.map((table) => table.name), deterministic: true });
  await lock(connection, 1);
  await keep(connection, RESULT, job.sql, job.params);
  const schema = await schemaOf(connection, RESULT);
  await writeParquet(connection, job.outFile, `SELECT * FROM ${RESULT}${orderOf(job.orderBy, shape.ordered, schema.columns)}`);
  return schema;
}

/** What the statement would make, learned from the binder alone. */
export async function checkJob(connection: DuckDBConnection, job: JobOf<'check'>): Promise<readonly ColumnSchema[]> {
  const shape = await judge(connection, job.sql, { tables: job.tables.map((table) => table.name), deterministic: true });
  await lock(connection, 1);
  await connection.run(`CREATE TEMP VIEW ${RESULT} AS SELECT * FROM (${bare(job.sql)}\n)`);
  const columns = await columnsOf(connection, RESULT);
  orderOf(job.orderBy, shape.ordered, columns);
  return columns;
}

function orderOf(orderBy: readonly string[], ordered: boolean, columns: readonly ColumnSchema[]): string {
  const absent = orderBy.filter((name) => !columns.some((column) => column.name === name));
  if (absent.length > 0) {
    throw new Problem('invalid', 'sql/no-such-column', `the result has no column ${absent[0]} to order by`, { columns: absent });
  }
  if (orderBy.length === 0) return ordered ? '' : ' ORDER BY ALL';
  const ties = columns.map((column) => column.name).filter((name) => !orderBy.includes(name));
  return ` ORDER BY ${[...orderBy, ...ties].map(identifier).join(', ')}`;
}

/** Row groups of a fixed size and one codec, so that the bytes depend on the rows alone. */
export async function writeParquet(connection: DuckDBConnection, file: string, select: string): Promise<void> {
  await connection.run(`COPY (${select}) TO ${literal(file)} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880)`);
}
