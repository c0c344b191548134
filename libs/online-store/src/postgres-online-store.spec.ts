import type { DataSource } from 'typeorm';
import { createDataSource, migrate, sqlMigration, unprotectedTables } from '#libs/database';
import { postgres, type TestDatabase } from '#libs/testkit';
import { onlineStoreConformance } from './online-store.conformance.js';
import { PostgresOnlineStore } from './postgres-online-store.js';
import { onlineStoreTables } from './tables.js';

let database: TestDatabase;
let db: DataSource;

beforeAll(async () => {
  database = await postgres();
  const migrations = [sqlMigration('20261123T2300-online-store', onlineStoreTables())];
  await migrate({ service: 'features', ownerUrl: database.ownerUrlOf('features'), migrations });
  db = await createDataSource({ service: 'features', url: database.urlOf('features'), entities: [] });
});
afterAll(async () => {
  await db.destroy();
  await database.drop();
});

onlineStoreConformance('PostgreSQL', { open: async () => new PostgresOnlineStore(db) });

it('closes its tables by row-level security', async () => {
  expect(await unprotectedTables(db)).toEqual([]);
});
