import type { DuckDBConnection } from '@duckdb/node-api';
import { identifier } from './identifier.js';
import type { ColumnSchema, TableSchema } from './sql-engine.js';

/** Columns of a table or view of this job, with their types as DuckDB spells them. */
export async function columnsOf(connection: DuckDBConnection, table: string): Promise<ColumnSchema[]> {
  const reader = await connection.runAndReadAll(`DESCRIBE ${identifier(table)}`);
  return reader.getRows().map((row) => ({ name: String(row[0]), type: String(row[1]) }));
}

export async function schemaOf(connection: DuckDBConnection, table: string): Promise<TableSchema> {
  const count = await connection.runAndReadAll(`SELECT count(*) FROM ${identifier(table)}`);
  return { rowCount: Number(count.getRows()[0]![0]), columns: await columnsOf(connection, table) };
}
