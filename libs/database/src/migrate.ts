import pg from 'pg';
import { DataSource } from 'typeorm';
import { Problem } from '#libs/problem';
import { databaseOptions } from './data-source.js';
import type { MigrationClass } from './migration.js';

export interface MigrateOptions {
  readonly service: string;
  /** Connects as the owner role of the service's schema. */
  readonly ownerUrl: string;
  readonly migrations: readonly MigrationClass[];
  /** How long to wait while another replica migrates. */
  readonly waitMs?: number;
}

/**
 * Brings the service's schema to the newest migration, forward only, each migration in its own transaction. Replicas may start
 * at once: one migrates, the others wait and find nothing left to do.
 * @returns the names of the migrations that ran
 * @throws Problem unavailable where another replica migrates for longer than `waitMs`
 */
export async function migrate({ service, ownerUrl, migrations, waitMs = 120_000 }: MigrateOptions): Promise<readonly string[]> {
  const lock = new pg.Client({ connectionString: ownerUrl, application_name: `millrace ${service} migration lock` });
  await lock.connect();
  try {
    await holdMigrationLock(lock, service, waitMs);
    return await runMigrations(service, ownerUrl, migrations);
  } finally {
    await lock.end(); // a session's advisory lock ends with the session, also where this process is killed
  }
}

async function holdMigrationLock(lock: pg.Client, service: string, waitMs: number): Promise<void> {
  await lock.query(`set lock_timeout = ${Math.ceil(waitMs)}`);
  try {
    await lock.query(`select pg_advisory_lock(hashtextextended($1, 0))`, [`millrace/migrate/${service}`]);
  } catch (error) {
    if ((error as { code?: string }).code !== '55P03') throw error;
    throw new Problem('unavailable', 'database/migrating', `another replica of ${service} has been migrating for ${waitMs} ms`, {
      service,
    });
  }
}

async function runMigrations(
  service: string,
  ownerUrl: string,
  migrations: readonly MigrationClass[],
): Promise<readonly string[]> {
  const options = databaseOptions({ service, url: ownerUrl, entities: [], poolSize: 1 });
  const db = new DataSource({
    ...options,
    migrations: [...migrations],
    migrationsTableName: 'migration',
    logger: 'debug', // a failure is thrown; the default logger prints it as well, past the service's log
    // A backfill may take its time; nobody waits for a request here.
    extra: { options: `-c search_path=${service} -c transaction_timeout=0 -c lock_timeout=10s -c timezone=UTC` },
  } as typeof options);
  await db.initialize();
  try {
    return (await db.runMigrations({ transaction: 'each' })).map(({ name }) => name);
  } finally {
    await db.destroy();
  }
}
