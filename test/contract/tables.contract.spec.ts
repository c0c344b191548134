import type { DataSource, EntitySchema } from 'typeorm';
import { createDataSource, migrate, tablesWithoutWorkspace, unprotectedTables, type MigrationClass } from '#libs/database';
import { postgres, type TestDatabase } from '#libs/testkit';
import { dataEntities, dataMigrations } from '../../services/data/src/data.module.js';
import { featuresEntities, featuresMigrations } from '../../services/features/src/features.module.js';
import { governanceEntities, governanceMigrations } from '../../services/governance/src/governance.module.js';
import { monitoringEntities, monitoringMigrations } from '../../services/monitoring/src/monitoring.module.js';
import { registryEntities, registryMigrations } from '../../services/registry/src/registry.module.js';
import { servingEntities, servingMigrations } from '../../services/serving/src/serving.module.js';
import { trainingEntities, trainingMigrations } from '../../services/training/src/training.module.js';
import { WORKFLOW_ENGINE_TABLES } from '../../services/training/src/workflow/engine-tables.js';

interface Storage {
  readonly service: string;
  readonly entities: readonly EntitySchema[];
  readonly migrations: readonly MigrationClass[];
  /** Tables of a library that know no workspace. */
  readonly foreign?: readonly string[];
}

const STORAGES: readonly Storage[] = [
  { service: 'data', entities: dataEntities as readonly EntitySchema[], migrations: dataMigrations },
  { service: 'features', entities: featuresEntities as readonly EntitySchema[], migrations: featuresMigrations },
  {
    service: 'training',
    entities: trainingEntities as readonly EntitySchema[],
    migrations: trainingMigrations,
    foreign: WORKFLOW_ENGINE_TABLES,
  },
  { service: 'registry', entities: registryEntities as readonly EntitySchema[], migrations: registryMigrations },
  { service: 'serving', entities: servingEntities as readonly EntitySchema[], migrations: servingMigrations },
  { service: 'monitoring', entities: monitoringEntities as readonly EntitySchema[], migrations: monitoringMigrations },
  { service: 'governance', entities: governanceEntities as readonly EntitySchema[], migrations: governanceMigrations },
];

let database: TestDatabase;
beforeAll(async () => {
  database = await postgres();
});
afterAll(() => database.drop());

async function migrated({ service, entities, migrations }: Storage): Promise<DataSource> {
  await migrate({ service, ownerUrl: database.ownerUrlOf(service), migrations });
  return createDataSource({ service, url: database.urlOf(service), entities });
}

/** `table.column nullable` of every mapped table, as the entities say. */
function mapped(db: DataSource): readonly string[] {
  return db.entityMetadatas
    .flatMap(({ tableName, columns }) =>
      columns.map((column) => `${tableName}.${column.databaseName}${column.isNullable ? ' nullable' : ''}`),
    )
    .sort();
}

interface StoredColumns {
  readonly all: readonly string[];
  /** Those that a record need not bring: PostgreSQL fills them. */
  readonly filled: readonly string[];
}

/** The same, as PostgreSQL says. */
async function stored(db: DataSource): Promise<StoredColumns> {
  const tables = [...new Set(db.entityMetadatas.map(({ tableName }) => tableName))];
  const rows = (await db.query(
    `select table_name || '.' || column_name || case is_nullable when 'YES' then ' nullable' else '' end as text,
            column_default is not null or is_identity = 'YES' as filled
       from information_schema.columns where table_schema = current_schema() and table_name = any($1)`,
    [tables],
  )) as readonly { readonly text: string; readonly filled: boolean }[];
  return { all: rows.map(({ text }) => text), filled: rows.filter(({ filled }) => filled).map(({ text }) => text) };
}

describe.each(STORAGES)('the tables of $service', (storage) => {
  let db: DataSource;
  beforeAll(async () => {
    db = await migrated(storage);
  });
  afterAll(() => db.destroy());

  it('are what its records are mapped onto', async () => {
    const { all, filled } = await stored(db);
    const inRecords = mapped(db);
    expect(inRecords.filter((column) => !all.includes(column))).toEqual([]);
    expect(all.filter((column) => !inRecords.includes(column) && !filled.includes(column))).toEqual([]);
  });

  it('are each closed by row-level security', async () => {
    expect(await unprotectedTables(db)).toEqual([]);
    expect(await tablesWithoutWorkspace(db, ['migration', ...(storage.foreign ?? [])])).toEqual([]);
  });

  it('belong to another role than the one that serves', async () => {
    const [row] = (await db.query(
      `select count(*)::int as n from pg_tables where schemaname = current_schema() and tableowner = current_user`,
    )) as readonly { readonly n: number }[];
    expect(row!.n).toBe(0);
  });
});
