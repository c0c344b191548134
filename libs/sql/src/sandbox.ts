import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { identifier, literals } from './identifier.js';
import type { LentTable, ProcessLimits } from './protocol.js';

/** What stands for a value that must not be seen. */
const MASK = '•••';

/** What one job may reach besides its tables. */
export interface Reach {
  readonly tables: readonly LentTable[];
  /** Raw files it reads and files it writes. */
  readonly files: readonly string[];
}

/**
 * Runs `work` on a fresh database that can reach exactly the files of this job: no other path, no network, no extension, and no
 * way to change that. One database a job, because allowed paths cannot be taken back while a database lives.
 */
export async function inSandbox<T>(
  limits: ProcessLimits,
  reach: Reach,
  work: (connection: DuckDBConnection) => Promise<T>,
): Promise<T> {
  const instance = await DuckDBInstance.create(':memory:', {
    memory_limit: `${limits.memoryLimitMb}MB`,
    threads: String(limits.threads),
    temp_directory: limits.spillFolder,
    max_temp_directory_size: `${limits.maxSpillMb}MB`,
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    allow_community_extensions: 'false',
    allow_persistent_secrets: 'false',
  });
  try {
    const connection = await instance.connect();
    try {
      await close(connection, reach);
      return await work(connection);
    } finally {
      connection.closeSync();
    }
  } finally {
    instance.closeSync();
  }
}

async function close(connection: DuckDBConnection, reach: Reach): Promise<void> {
  const paths = [...reach.files, ...reach.tables.flatMap((table) => table.files)];
  // Zones other than UTC would make results depend on the machine; icu is built in but loads at first use.
  await connection.run(`SET TimeZone = 'UTC'`);
  await connection.run(`SET allowed_paths = ${literals(paths)}`);
  await connection.run(`SET enable_external_access = false`);
  for (const table of reach.tables) await connection.run(viewOf(table));
}

/** Nothing can be set any more on this connection's database; call it after the last setting of a job. */
export async function lock(connection: DuckDBConnection, threads?: number): Promise<void> {
  if (threads !== undefined) await connection.run(`SET threads = ${threads}`);
  await connection.run(`SET lock_configuration = true`);
}

function viewOf(table: LentTable): string {
  const position = table.rowNumberAs === undefined ? '' : `, file_row_number AS ${identifier(table.rowNumberAs)}`;
  const hidden = (table.masked ?? []).map(
    (name) => `CASE WHEN ${identifier(name)} IS NOT NULL THEN '${MASK}' END AS ${identifier(name)}`,
  );
  const masked = hidden.length === 0 ? '' : ` REPLACE (${hidden.join(', ')})`;
  return `CREATE VIEW ${identifier(table.name)} AS SELECT *${masked}${position} FROM read_parquet(${literals(table.files)})`;
}
