import { randomBytes } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { MetricContractSigned } from '#contracts/governance/v1/events';
import { withWorkspace } from '#libs/database';
import { EventConsumer } from './event-consumer.js';
import { onEvent, onEvents } from './event-handler.js';
import type { EventLog } from './event-log.js';
import { MAX_PAYLOAD_BYTES, type EventRecord } from './event-record.js';
import { OutboxRelay } from './outbox-relay.js';
import { Outbox } from './outbox.js';
import { declareTopic, TopicCatalogue } from './topic.js';

/** What an implementation gives the suite. */
export interface EventLogFixture {
  /** The log as another process would open it: a member of its own. */
  open(catalogue: TopicCatalogue): Promise<EventLog>;
  /**
   * A consuming service: a data source whose search path is `schema`, with `outboxTables()` and the table
   * `effect (place bigserial, workspace text, consumer text, key text, n int)`; and its address for the relay.
   */
  service(): { readonly db: DataSource; readonly url: string; readonly schema: string };
}

const WORKSPACE = 'ws-conformance';
const TYPE = 'governance.v1.MetricContractSigned';
const PARTITIONS = 4;
const unique = (prefix: string): string => `${prefix}-${randomBytes(5).toString('hex')}`;

function testTopic() {
  const types = { [TYPE]: MetricContractSigned } as const;
  return declareTopic({ name: `test.${unique('t')}.v1`, partitions: PARTITIONS, retentionDays: 1, types });
}
type TestTopic = ReturnType<typeof testTopic>;

function event(topic: TestTopic, key: string, n: number): EventRecord {
  const value = { metricContractId: '', useCaseId: key, revision: n, contentHash: '' };
  return topic.record(TYPE, { key, workspace: WORKSPACE, time: new Date('2013-06-01T10:00:00Z'), value });
}

/** `count` events, numbered from `first`, dealt to the keys in turn. */
function events(topic: TestTopic, count: number, keys = 7, first = 0): readonly EventRecord[] {
  return Array.from({ length: count }, (_, i) => event(topic, `k${i % keys}`, first + i));
}

async function until(fact: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 20_000;
  while (!(await fact())) {
    if (performance.now() > deadline) throw new Error('the awaited fact did not come');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** The behaviour that every `EventLog` owes; each implementation's spec calls it once, inside jest. */
export function eventLogConformance(name: string, fixture: EventLogFixture): void {
  describe(`${name} as an event log`, () => {
    let topic: TestTopic;
    let group: string;
    let opened: { close(): Promise<void> }[];

    beforeEach(() => {
      topic = testTopic();
      group = unique('test.group');
      opened = [];
    });
    afterEach(async () => {
      for (const one of opened.reverse()) await one.close();
    });

    const open = async (): Promise<EventLog> => {
      const log = await fixture.open(new TopicCatalogue([topic]));
      opened.push(log);
      return log;
    };
    const consume = async (log: EventLog, fail?: (n: number) => void, consumer = group): Promise<EventConsumer> => {
      const handler = onEvent(topic, TYPE, async (tx, { key, value, workspace }) => {
        await tx.query('insert into effect (workspace, consumer, key, n) values ($1, $2, $3, $4)', [
          workspace,
          consumer,
          key,
          value.revision,
        ]);
        fail?.(value.revision);
      });
      const retry = { attempts: 3, firstMs: 1, maxMs: 5 };
      return EventConsumer.start({ log, db: fixture.service().db, group: consumer, handlers: [handler], retry });
    };
    const effects = (consumer = group): Promise<readonly { readonly key: string; readonly n: number }[]> =>
      withWorkspace(fixture.service().db, WORKSPACE, (tx) =>
        tx.query('select key, n from effect where consumer = $1 order by place', [consumer]),
      );
    const handled = async (consumer = group): Promise<readonly number[]> =>
      (await effects(consumer)).map(({ n }) => n).sort((a, b) => a - b);
    const upTo = (count: number): readonly number[] => Array.from({ length: count }, (_, i) => i);

    it('has every event take effect once in each group, in order per key', async () => {
      const log = await open();
      const other = unique('test.other');
      await consume(log);
      await consume(log, undefined, other);
      for (const part of [0, 100, 200]) await log.publish(events(topic, 100, 7, part));
      await until(async () => (await effects()).length >= 300 && (await effects(other)).length >= 300);
      expect(await handled()).toEqual(upTo(300));
      for (const seen of Map.groupBy(await effects(), ({ key }) => key).values()) {
        expect(seen.map(({ n }) => n)).toEqual(seen.map(({ n }) => n).sort((a, b) => a - b));
      }
      await until(async () => (await log.lag(group)) === 0);
    });

    it('divides the partitions between two members, and gives them to the one that stays', async () => {
      const [one, two] = [await open(), await open()];
      const received: Record<'one' | 'two', number> = { one: 0, two: 0 };
      const member = (log: EventLog, who: 'one' | 'two') =>
        log.subscribe({ group, topics: [topic.name], handle: async ({ records }) => void (received[who] += records.length) });
      const first = await member(one, 'one');
      await until(() => first.assigned().length === PARTITIONS);
      const second = await member(two, 'two');
      await until(() => first.assigned().length === PARTITIONS / 2 && second.assigned().length === PARTITIONS / 2);
      const parts = [...first.assigned(), ...second.assigned()].map(({ partition }) => partition);
      expect(parts.sort()).toEqual(upTo(PARTITIONS));
      await one.publish(events(topic, 200, 40));
      await until(() => received.one + received.two >= 200);
      expect(received.one).toBeGreaterThan(0);
      expect(received.two).toBeGreaterThan(0);
      await first.stop();
      await until(() => second.assigned().length === PARTITIONS);
      const before = received.two;
      await one.publish(events(topic, 100, 40));
      await until(() => received.two >= before + 100);
      expect(received.one + received.two).toBe(300);
    });

    it('loses and doubles nothing while members come and go', async () => {
      const logs = [await open(), await open()];
      const stays = await consume(logs[0]!);
      const publishing = (async () => {
        for (let part = 0; part < 400; part += 20) await logs[1]!.publish(events(topic, 20, 9, part));
      })();
      for (let turn = 0; turn < 3; turn++) {
        const guest = await consume(logs[1]!);
        await until(async () => (await effects()).length >= (turn + 1) * 60);
        await guest.stop();
      }
      await publishing;
      await until(async () => (await effects()).length >= 400);
      expect(await handled()).toEqual(upTo(400));
      await stays.stop();
    });

    it('tries a failing event again, sets it aside with its reason, lets the others pass, and replays it to its group alone', async () => {
      const log = await open();
      const other = unique('test.other');
      let [broken, tries] = [true, 0];
      const failing = (n: number): void => {
        if (n !== 3) return;
        tries += 1;
        if (broken) throw new Error('three is refused');
      };
      await consume(log, failing);
      await consume(log, undefined, other);
      await log.publish(events(topic, 10, 1));
      await until(async () => (await effects()).length === 9 && (await effects(other)).length === 10);
      expect(await handled()).toEqual([0, 1, 2, 4, 5, 6, 7, 8, 9]);
      expect(tries).toBe(3);
      const [letter, ...more] = await log.deadLetters({ group });
      expect(more).toEqual([]);
      expect(letter).toMatchObject({
        group,
        reason: 'three is refused',
        attempts: 3,
        record: { key: 'k0', workspace: WORKSPACE },
      });
      expect(await log.deadLetters({ group, workspace: 'ws-other' })).toEqual([]);
      expect(await log.deadLetters({ group: other })).toEqual([]);
      broken = false;
      expect(await log.replay(group, [letter!.id])).toBe(1);
      await until(async () => (await effects()).length === 10);
      expect(await log.replay(group, [letter!.id])).toBe(0);
      expect(await log.deadLetters({ group })).toEqual([]);
      await until(async () => (await log.lag(other)) === 0);
      expect(await effects(other)).toHaveLength(10);
    });

    it('isolates the bad event of a batch', async () => {
      const log = await open();
      const batches: number[] = [];
      const handler = onEvents(topic, TYPE, async (tx, batch) => {
        batches.push(batch.length);
        if (batch.some(({ value }) => value.revision === 5)) throw new Error('five is refused');
        for (const { key, value } of batch) {
          await tx.query('insert into effect (workspace, consumer, key, n) values ($1, $2, $3, $4)', [
            WORKSPACE,
            group,
            key,
            value.revision,
          ]);
        }
      });
      await log.publish(events(topic, 20, 1));
      const retry = { attempts: 2, firstMs: 1, maxMs: 1 };
      await EventConsumer.start({ log, db: fixture.service().db, group, handlers: [handler], retry });
      await until(async () => (await effects()).length === 19);
      expect((await effects()).map(({ n }) => n)).toEqual(upTo(20).filter((n) => n !== 5));
      expect(batches[0]).toBe(20);
      await until(async () => (await log.deadLetters({ group })).length === 1);
    });

    it('delivers again what was refused, skips nothing, and never hands out a partition twice at a time', async () => {
      const log = await open();
      const [seen, inHand]: [number[], Set<number>] = [[], new Set()];
      let refusals = 2;
      await log.subscribe({
        group,
        topics: [topic.name],
        batchSize: 10,
        concurrency: PARTITIONS,
        handle: async ({ records, partition }) => {
          expect(inHand.has(partition)).toBe(false);
          expect(records.length).toBeLessThanOrEqual(10);
          inHand.add(partition);
          await new Promise((resolve) => setImmediate(resolve));
          inHand.delete(partition);
          if (refusals-- > 0) throw new Error('not now');
          seen.push(...records.map((record) => topic.decode(TYPE, record).revision));
        },
      });
      await log.publish(events(topic, 100));
      await until(() => seen.length >= 100);
      expect(seen.sort((a, b) => a - b)).toEqual(upTo(100));
    });

    it('swallows by the inbox what comes again after a crash between effect and offset', async () => {
      const log = await open();
      const consumer = await consume(log);
      await log.publish(events(topic, 20));
      await until(async () => (await effects()).length === 20);
      await consumer.stop();
      await log.rewind(group, [topic.name], 'earliest'); // as if no offset had been kept
      expect(await log.lag(group)).toBe(20);
      await consume(log);
      await log.publish(events(topic, 5, 7, 20));
      await until(async () => (await effects()).length >= 25 && (await log.lag(group)) === 0);
      expect(await handled()).toEqual(upTo(25));
    });

    it('starts a new group at a moment, at the end, or at the beginning; and refuses to rewind a running one', async () => {
      const log = await open();
      await log.publish(events(topic, 10));
      const moment = new Date(Date.now() + 2);
      await until(() => Date.now() > moment.getTime() + 2);
      await log.publish(events(topic, 10, 7, 10));
      const read = async (from: 'earliest' | 'latest' | Date): Promise<readonly number[]> => {
        const seen: number[] = [];
        const reader = unique('test.reader');
        const subscription = await log.subscribe({
          group: reader,
          topics: [topic.name],
          from,
          handle: async ({ records }) => void seen.push(...records.map((record) => topic.decode(TYPE, record).revision)),
        });
        await log.publish([event(topic, 'end', 99)]);
        await until(async () => seen.includes(99) && (await log.lag(reader)) === 0);
        await expect(log.rewind(reader, [topic.name], 'earliest')).rejects.toMatchObject({ slug: 'events/group-active' });
        await subscription.stop();
        return seen.sort((a, b) => a - b).filter((n) => n !== 99);
      };
      expect(await read('latest')).toEqual([]);
      expect(await read(moment)).toEqual(upTo(20).slice(10));
      expect(await read('earliest')).toEqual(upTo(20));
    });

    it('publishes an outbox: nothing of a transaction that rolls back, everything of one that commits late', async () => {
      const log = await open();
      const { db, url, schema } = fixture.service();
      const outbox = new Outbox(schema, new TopicCatalogue([topic]));
      const relay = new OutboxRelay({ url, schema, log });
      relay.start();
      opened.push({ close: () => relay.stop() });
      await consume(log);
      const [slow, quick, refused] = [event(topic, 'slow', 0), event(topic, 'quick', 1), event(topic, 'refused', 2)];
      await withWorkspace(db, WORKSPACE, async (tx) => {
        await outbox.append(tx, slow);
        await withWorkspace(db, WORKSPACE, (later) => outbox.append(later, quick));
        await until(async () => (await db.query('select from outbox')).length === 0 && (await log.lag(group)) <= 1);
      });
      const rollsBack = withWorkspace(db, WORKSPACE, async (tx) => {
        await outbox.append(tx, refused);
        throw new Error('the business says no');
      });
      await expect(rollsBack).rejects.toThrow('the business says no');
      await until(async () => (await effects()).length === 2);
      expect(await handled()).toEqual([0, 1]);
    });

    it('refuses what is not declared or does not fit, and publishes nothing of that batch', async () => {
      const log = await open();
      const good = event(topic, 'good', 1);
      const stranger = { ...good, topic: 'test.stranger.v1' };
      await expect(log.publish([good, stranger])).rejects.toMatchObject({ slug: 'events/undeclared-topic' });
      await expect(log.publish([good, { ...good, type: 'x.v1.Y' }])).rejects.toMatchObject({ slug: 'events/undeclared-type' });
      const large = { ...good, payload: new Uint8Array(MAX_PAYLOAD_BYTES + 1) };
      await expect(log.publish([good, large])).rejects.toMatchObject({ kind: 'too-large' });
      await expect(log.subscribe({ group, topics: ['test.stranger.v1'], handle: async () => undefined })).rejects.toMatchObject({
        slug: 'events/undeclared-topic',
      });
      const seen: EventRecord[] = [];
      await log.subscribe({ group, topics: [topic.name], handle: async ({ records }) => void seen.push(...records) });
      const last = event(topic, 'last', 2);
      await log.publish([last]);
      await until(() => seen.length > 0);
      expect(seen).toEqual([{ ...last, payload: expect.anything() }]);
      expect(Buffer.from(seen[0]!.payload)).toEqual(Buffer.from(last.payload));
    });
  });
}
