import { DataSource, type DataSourceOptions, type EntitySchema } from 'typeorm';
import { schemaName } from './roles.js';

export interface DatabaseOptions {
  /** The service's name; its schema has the same. */
  readonly service: string;
  /** Connects as the runtime role. */
  readonly url: string;
  readonly entities: readonly EntitySchema[];
  /** Connections of the pool. */
  readonly poolSize?: number;
}

/** A statement may take so long; a job that needs more sets its own, local to its transaction. */
export const STATEMENT_TIMEOUT_MS = 30_000;
/** Waiting for a lock longer than this means that somebody holds it across a call. */
export const LOCK_TIMEOUT_MS = 5_000;
/** The longest transaction: one that writes holds back all readers of the event log until it ends. */
export const TRANSACTION_TIMEOUT_MS = 60_000;
const IDLE_IN_TRANSACTION_MS = 30_000;
const CONNECT_TIMEOUT_MS = 10_000;

/** TypeORM's options of a service: its schema only, a small pool, every wait bounded, and never a table made by the ORM. */
export function databaseOptions({ service, url, entities, poolSize = 5 }: DatabaseOptions): DataSourceOptions {
  const schema = schemaName(service);
  return {
    type: 'postgres',
    url,
    schema,
    entities: [...entities],
    synchronize: false,
    migrationsRun: false,
    installExtensions: false,
    applicationName: `millrace ${service}`,
    connectTimeoutMS: CONNECT_TIMEOUT_MS,
    poolSize,
    extra: {
      idleTimeoutMillis: 30_000,
      statement_timeout: STATEMENT_TIMEOUT_MS,
      lock_timeout: LOCK_TIMEOUT_MS,
      idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
      options: `-c search_path=${schema} -c transaction_timeout=${TRANSACTION_TIMEOUT_MS} -c timezone=UTC`,
    },
  };
}

/** An initialized data source of the runtime role; the caller ends it with `destroy()`. */
export function createDataSource(options: DatabaseOptions): Promise<DataSource> {
  return new DataSource(databaseOptions(options)).initialize();
}
