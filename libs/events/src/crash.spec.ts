import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { DataSource } from 'typeorm';
import { createDataSource, EVENT_LOG, migrate, protectTable, sqlMigration, withWorkspace } from '#libs/database';
import { postgres, type TestDatabase } from '#libs/testkit';
import { outboxTables } from './outbox-tables.js';
import { migrateEventLog } from './postgres/migrations.js';
import { PostgresEventLog } from './postgres/postgres-event-log.js';
import { CRASH_TYPE, crashTopic } from './testing/crash-topic.js';
import { TopicCatalogue } from './topic.js';

const PROCESS = new URL('../../../dist/libs/events/src/testing/consumer-process.js', import.meta.url);
const COUNT = 300;
const WORKSPACE = 'ws';

describe('a consumer that is killed without warning', () => {
  let database: TestDatabase;
  let db: DataSource;
  let log: PostgresEventLog;
  const topic = crashTopic('test.crash.v1');
  const order = () => ({
    eventsUrl: database.urlOf(EVENT_LOG),
    databaseUrl: database.urlOf('governance'),
    topic: topic.name,
    group: 'test.crash',
  });

  beforeAll(async () => {
    database = await postgres();
    await migrateEventLog(database.ownerUrlOf(EVENT_LOG));
    const first = sqlMigration('20261123T0612-first', [
      ...outboxTables(),
      'create table effect (place bigserial, workspace text not null, key text not null, n int not null)',
      ...protectTable('effect'),
    ]);
    await migrate({ service: 'governance', ownerUrl: database.ownerUrlOf('governance'), migrations: [first] });
    db = await createDataSource({ service: 'governance', url: database.urlOf('governance'), entities: [] });
    log = await PostgresEventLog.open({ url: database.urlOf(EVENT_LOG), catalogue: new TopicCatalogue([topic]), name: 'test' });
  });
  afterAll(async () => {
    await log?.close();
    await db?.destroy();
    await database.drop();
  });

  /** Runs a consumer and kills it inside a transaction, after it has handled `handled` events; without a number it is left running. */
  async function consumer(handled?: number): Promise<ChildProcess> {
    const child = fork(PROCESS, [JSON.stringify(order())]);
    if (handled === undefined) return child;
    let seen = 0;
    child.on('message', () => {
      if (++seen === handled) child.kill('SIGKILL');
    });
    await once(child, 'exit');
    return child;
  }

  it('loses no event and has none take effect twice', async () => {
    const value = (n: number) => ({ metricContractId: '', useCaseId: '', revision: n, contentHash: '' });
    const fact = (n: number) => ({ key: `k${n % 5}`, workspace: WORKSPACE, time: new Date(0), value: value(n) });
    await log.publish(Array.from({ length: COUNT }, (_, n) => topic.record(CRASH_TYPE, fact(n))));
    for (const handled of [7, 33, 50]) await consumer(handled);
    const last = await consumer();
    const effects = (): Promise<readonly { readonly key: string; readonly n: number }[]> =>
      withWorkspace(db, WORKSPACE, (tx) => tx.query('select key, n from effect order by place'));
    while ((await effects()).length < COUNT || (await log.lag('test.crash')) > 0)
      await new Promise((resolve) => setTimeout(resolve, 20));
    last.kill('SIGKILL');
    const rows = await effects();
    expect(rows.map(({ n }) => n).sort((a, b) => a - b)).toEqual(Array.from({ length: COUNT }, (_, n) => n));
    for (const seen of Map.groupBy(rows, ({ key }) => key).values()) {
      expect(seen.map(({ n }) => n)).toEqual(seen.map(({ n }) => n).sort((a, b) => a - b));
    }
  });
});
