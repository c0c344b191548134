import pg from 'pg';
import type { DataSource } from 'typeorm';
import { MetricContractSigned } from '#contracts/governance/v1/events';
import { createDataSource, EVENT_LOG, migrate, protectTable, sqlMigration } from '#libs/database';
import { postgres, type TestDatabase } from '#libs/testkit';
import { eventLogConformance } from '../event-log.conformance.js';
import type { EventRecord } from '../event-record.js';
import { outboxTables } from '../outbox-tables.js';
import { declareTopic, TopicCatalogue } from '../topic.js';
import { migrateEventLog } from './migrations.js';
import { PostgresEventLog } from './postgres-event-log.js';

let database: TestDatabase;
let service: DataSource;
const url = (): string => database.urlOf(EVENT_LOG);

beforeAll(async () => {
  database = await postgres();
  await migrateEventLog(database.ownerUrlOf(EVENT_LOG));
  const effect = sqlMigration('20261123T0612-effect', [
    ...outboxTables(),
    'create table effect (place bigserial, workspace text not null, consumer text not null, key text not null, n int not null)',
    ...protectTable('effect'),
  ]);
  await migrate({ service: 'governance', ownerUrl: database.ownerUrlOf('governance'), migrations: [effect] });
  service = await createDataSource({ service: 'governance', url: database.urlOf('governance'), entities: [] });
});
afterAll(async () => {
  await service?.destroy();
  await database.drop();
});

eventLogConformance('PostgreSQL', {
  open: (catalogue) => PostgresEventLog.open({ url: url(), catalogue, name: 'conformance', leaseMs: 1_500, pollMs: 500 }),
  service: () => ({ db: service, url: database.urlOf('governance'), schema: 'governance' }),
});

describe('the PostgreSQL event log', () => {
  const TYPE = 'governance.v1.MetricContractSigned';
  const open = (topic: ReturnType<typeof topicOf>, leaseMs = 60_000): Promise<PostgresEventLog> =>
    PostgresEventLog.open({ url: url(), catalogue: new TopicCatalogue([topic]), name: 'test', leaseMs });
  const topicOf = (name: string, partitions = 1) =>
    declareTopic({ name, partitions, retentionDays: 1, types: { [TYPE]: MetricContractSigned } });
  const record = (topic: ReturnType<typeof topicOf>, n: number): EventRecord =>
    topic.record(TYPE, {
      key: 'k',
      workspace: 'w',
      time: new Date(0),
      value: { metricContractId: '', useCaseId: '', revision: n, contentHash: '' },
    });
  const admin = async (text: string, values: unknown[] = []): Promise<readonly pg.QueryResultRow[]> => {
    const client = new pg.Client({ connectionString: database.adminUrl });
    await client.connect();
    try {
      return (await client.query(text, values)).rows;
    } finally {
      await client.end();
    }
  };
  const until = async (fact: () => boolean | Promise<boolean>): Promise<void> => {
    while (!(await fact())) await new Promise((resolve) => setTimeout(resolve, 5));
  };

  it('keeps an event of a transaction that commits after later ones', async () => {
    const topic = topicOf('test.slow.v1');
    const log = await open(topic);
    const seen: number[] = [];
    const handle = async ({ records }: { readonly records: readonly EventRecord[] }): Promise<void> => {
      seen.push(...records.map((r) => topic.decode(TYPE, r).revision));
    };
    const slow = new pg.Client({ connectionString: url() });
    await slow.connect();
    await slow.query('begin');
    const copy = `select topic, part, key, headers, $1 from event_log.event where topic = '${topic.name}' limit 1`;
    await log.publish([record(topic, 1)]);
    await slow.query(`insert into event_log.event (topic, part, key, headers, payload) ${copy}`, [
      Buffer.from(record(topic, 2).payload),
    ]);
    await log.publish([record(topic, 3)]);
    const subscription = await log.subscribe({ group: 'test.slow', topics: [topic.name], handle });
    await until(() => seen.length === 1);
    expect(await log.lag('test.slow')).toBe(1); // three is there, but may not pass the open transaction
    await slow.query('commit');
    await slow.end();
    await until(() => seen.length === 3);
    expect(seen).toEqual([1, 2, 3]);
    await subscription.stop();
    await log.close();
  });

  it('does not count the offset of a member that was declared gone', async () => {
    const topic = topicOf('test.fence.v1');
    const [late, heir] = [await open(topic), await open(topic)];
    let finish: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (finish = resolve));
    const seen: number[] = [];
    const handed: number[] = [];
    const decode = (records: readonly EventRecord[]): number[] => records.map((r) => topic.decode(TYPE, r).revision);
    const zombie = await late.subscribe({
      group: 'test.fence',
      topics: [topic.name],
      handle: async ({ records }) => {
        handed.push(...decode(records));
        await gate;
      },
    });
    await late.publish([record(topic, 1)]);
    await until(() => handed.length === 1);
    await admin('delete from event_log.member'); // its lease ran out, and it does not know
    const owner = await heir.subscribe({
      group: 'test.fence',
      topics: [topic.name],
      handle: async ({ records }) => void seen.push(...decode(records)),
    });
    await until(() => owner.assigned().length === 1 && seen.length === 1);
    await late.publish([record(topic, 2)]);
    await until(() => seen.length === 2);
    finish();
    await until(() => zombie.assigned().length === 0);
    expect({ seen, handed }).toEqual({ seen: [1, 2], handed: [1] });
    await Promise.all([late.close(), heir.close()]);
  });

  it('comes back after its connection is cut, and goes on reading and publishing', async () => {
    const topic = topicOf('test.cut.v1');
    const log = await open(topic);
    let seen = 0;
    await log.subscribe({
      group: 'test.cut',
      topics: [topic.name],
      handle: async ({ records }) => void (seen += records.length),
    });
    await admin(`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'test events'`);
    await until(() =>
      log.publish([record(topic, 1)]).then(
        () => true,
        () => false,
      ),
    );
    await until(() => seen === 1);
    await log.close();
  });

  it('uses one connection', async () => {
    const topic = topicOf('test.cheap.v1', 16);
    const log = await PostgresEventLog.open({ url: url(), catalogue: new TopicCatalogue([topic]), name: 'cheap' });
    await log.subscribe({ group: 'test.cheap', topics: [topic.name], handle: async () => undefined });
    await log.publish(Array.from({ length: 50 }, (_, n) => record(topic, n)));
    const [row] = await admin(`select count(*)::int n from pg_stat_activity where application_name = 'cheap events'`);
    expect(row).toEqual({ n: 1 });
    await log.close();
  });

  it('refuses a topic whose number of partitions changed, and lets nobody rewrite an event', async () => {
    const log = await open(topicOf('test.fixed.v1', 2));
    await log.close();
    await expect(open(topicOf('test.fixed.v1', 3))).rejects.toMatchObject({ slug: 'events/topic-partitions' });
    const client = new pg.Client({ connectionString: url() });
    await client.connect();
    await expect(client.query(`update event_log.event set key = 'x'`)).rejects.toThrow('permission denied');
    await expect(client.query('delete from event_log.event')).rejects.toThrow('permission denied');
    await client.end();
  });

  it('drops events past their retention, and only those', async () => {
    const topic = topicOf('test.old.v1');
    const log = await open(topic);
    await log.publish([record(topic, 1), record(topic, 2)]);
    await admin(
      `update event_log.event set published_at = now() - interval '25 h'
       where (txid, id) = (select txid, id from event_log.event where topic = $1 order by txid, id limit 1)`,
      [topic.name],
    );
    await admin('select event_log.prune(100)');
    const [row] = await admin('select count(*)::int n from event_log.event where topic = $1', [topic.name]);
    expect(row).toEqual({ n: 1 });
    await log.close();
  });
});
