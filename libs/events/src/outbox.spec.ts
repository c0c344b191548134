import pg from 'pg';
import type { DataSource } from 'typeorm';
import { MetricContractSigned } from '#contracts/governance/v1/events';
import { createDataSource, EVENT_LOG, migrate, sqlMigration, unprotectedTables, withWorkspace } from '#libs/database';
import { Problem } from '#libs/problem';
import { postgres, type TestDatabase } from '#libs/testkit';
import { EventConsumer } from './event-consumer.js';
import { onEvent } from './event-handler.js';
import type { EventRecord } from './event-record.js';
import { OutboxRelay } from './outbox-relay.js';
import { outboxTables } from './outbox-tables.js';
import { Outbox } from './outbox.js';
import { migrateEventLog } from './postgres/migrations.js';
import { PostgresEventLog } from './postgres/postgres-event-log.js';
import { declareTopic, TopicCatalogue } from './topic.js';

const TYPE = 'governance.v1.MetricContractSigned';
const topic = declareTopic({
  name: 'governance.test.v1',
  partitions: 1,
  retentionDays: 1,
  types: { [TYPE]: MetricContractSigned },
});
const catalogue = new TopicCatalogue([topic]);
const schema = 'governance';

const event = (n: number, workspace = 'ws-a'): EventRecord => {
  const value = { metricContractId: '', useCaseId: 'uc', revision: n, contentHash: '' };
  return topic.record(TYPE, { key: 'uc', workspace, time: new Date(0), value });
};
const until = async (fact: () => boolean | Promise<boolean>): Promise<void> => {
  while (!(await fact())) await new Promise((resolve) => setTimeout(resolve, 5));
};

describe('a service with an outbox', () => {
  let database: TestDatabase;
  let db: DataSource;
  let log: PostgresEventLog;
  const outbox = new Outbox(schema, catalogue);
  const append = (...records: readonly EventRecord[]) => withWorkspace(db, 'ws-a', (tx) => outbox.append(tx, ...records));
  const admin = async (text: string): Promise<readonly pg.QueryResultRow[]> => {
    const client = new pg.Client({ connectionString: database.adminUrl });
    await client.connect();
    try {
      return (await client.query(text)).rows;
    } finally {
      await client.end();
    }
  };
  const waiting = async (): Promise<number> => (await admin('select count(*)::int n from governance.outbox'))[0]!['n'] as number;

  beforeAll(async () => {
    database = await postgres();
    await migrateEventLog(database.ownerUrlOf(EVENT_LOG));
    const first = sqlMigration('20261123T0612-first', outboxTables());
    await migrate({ service: schema, ownerUrl: database.ownerUrlOf(schema), migrations: [first] });
    db = await createDataSource({ service: schema, url: database.urlOf(schema), entities: [] });
  });
  beforeEach(async () => {
    await admin(
      'truncate governance.outbox, governance.inbox, event_log.event, event_log.cursor, event_log.member, event_log.dead_letter',
    );
    log = await PostgresEventLog.open({ url: database.urlOf(EVENT_LOG), catalogue, name: 'test' });
  });
  afterEach(() => log.close());
  afterAll(async () => {
    await db?.destroy();
    await database.drop();
  });

  const read = async (group: string): Promise<number[]> => {
    const seen: number[] = [];
    const handle = async ({ records }: { readonly records: readonly EventRecord[] }) =>
      void seen.push(...records.map((record) => topic.decode(TYPE, record).revision));
    await log.subscribe({ group, topics: [topic.name], handle });
    return seen;
  };

  it('leaves no table open to other workspaces', async () => {
    expect(await unprotectedTables(db)).toEqual([]);
    await expect(append(event(1, 'ws-b'))).rejects.toThrow('row-level security');
  });

  it('publishes in order through one replica, and the standby takes over when the active one is cut off', async () => {
    const seen = await read('test.order');
    const start = (): OutboxRelay => {
      const relay = new OutboxRelay({ url: database.urlOf(schema), schema, log, batchSize: 3, pollMs: 50 });
      relay.start();
      return relay;
    };
    const relays = [start(), start()];
    await append(...Array.from({ length: 10 }, (_, n) => event(n)));
    await until(() => seen.length === 10);
    expect(seen).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(await waiting()).toBe(0);
    const lock = `select pid from pg_locks where locktype = 'advisory' and granted and database = (select oid from pg_database where datname = current_database())`;
    expect(await admin(lock)).toHaveLength(1);
    await admin(`select pg_terminate_backend(pid) from (${lock}) holder`);
    await append(event(10));
    await until(() => seen.length >= 11);
    expect(seen[10]).toBe(10);
    await Promise.all(relays.map((relay) => relay.stop()));
  });

  it('keeps events while nobody publishes, and resumes where it stopped', async () => {
    const seen = await read('test.resume');
    const relay = new OutboxRelay({ url: database.urlOf(schema), schema, log });
    relay.start();
    await append(event(1));
    await until(() => seen.length === 1);
    await relay.stop();
    await append(event(2), event(3));
    expect(await waiting()).toBe(2);
    const next = new OutboxRelay({ url: database.urlOf(schema), schema, log });
    next.start();
    await until(() => seen.length === 3);
    expect(seen).toEqual([1, 2, 3]);
    await next.stop();
  });

  it('refuses what is not declared before anything is written', async () => {
    await expect(append(event(1), { ...event(2), type: 'x.v1.Y' })).rejects.toMatchObject({ slug: 'events/undeclared-type' });
    expect(await waiting()).toBe(0);
  });

  it('waits, and sets nothing aside, while what a handler needs is away', async () => {
    let failures = 4;
    const seen: number[] = [];
    const handler = onEvent(topic, TYPE, async (_tx, { value }) => {
      if (value.revision === 2 && failures-- > 0) throw new Problem('unavailable', 'test/away', 'the registry is away');
      seen.push(value.revision);
    });
    const retry = { attempts: 1, firstMs: 1, maxMs: 1 };
    const consumer = await EventConsumer.start({ log, db, group: 'test.away', handlers: [handler], retry });
    await log.publish([event(1), event(2), event(3)]);
    await until(() => seen.length === 3);
    expect(seen).toEqual([1, 2, 3]);
    expect(await log.deadLetters({ group: 'test.away' })).toEqual([]);
    await consumer.stop();
  });

  it('sets bytes aside at once that are not the message, and sees only the workspace of the event', async () => {
    const settings: string[] = [];
    const handler = onEvent(topic, TYPE, async (tx) => {
      const [row] = await tx.query(`select current_setting('millrace.workspace') workspace`);
      settings.push(row.workspace);
    });
    const consumer = await EventConsumer.start({ log, db, group: 'test.bytes', handlers: [handler] });
    await log.publish([event(1), { ...event(2), payload: Uint8Array.of(0x0a, 0xff) }, event(3, 'ws-b')]);
    await until(() => settings.length === 2);
    expect(settings).toEqual(['ws-a', 'ws-b']);
    const [letter] = await log.deadLetters({ group: 'test.bytes' });
    expect(letter).toMatchObject({ attempts: 1, reason: expect.stringContaining('is not a') });
    await consumer.stop();
  });
});
