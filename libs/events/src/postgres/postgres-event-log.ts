import { Problem } from '#libs/problem';
import type { DeadLetter, DeadLetterQuery, EventLog, StartingPoint, Subscription, SubscriptionRequest } from '../event-log.js';
import { checkRecord, MAX_PUBLISH_RECORDS, type EventRecord } from '../event-record.js';
import { SILENT, type Report } from '../report.js';
import type { TopicCatalogue } from '../topic.js';
import type { Membership } from './claim.js';
import { DeadLetterStore } from './dead-letters.js';
import { Dispatcher } from './dispatcher.js';
import { Rebalancer } from './rebalancer.js';
import { PostgresSession } from './session.js';
import { BEGIN_GROUP, EVENTS_CHANNEL, GROUPS_CHANNEL, LAG, REWIND } from './statements.js';
import { LogStore, momentOf } from './store.js';

export interface PostgresEventLogOptions {
  /** A serving role of the database that holds the schema `events`. */
  readonly url: string;
  readonly catalogue: TopicCatalogue;
  /** Name of the service, shown in `pg_stat_activity`. */
  readonly name: string;
  /** A silent member's partitions are taken over after this; it beats three times as often. Default 9,000. */
  readonly leaseMs?: number;
  /** Reads without being woken, in case a notification was lost. Default 5,000. */
  readonly pollMs?: number;
  readonly report?: Report;
}

const PRUNE_EVERY_MS = 600_000;
const PRUNE_MOST = 5_000;
const MAX_BATCH = 1_000;

/**
 * The event log on PostgreSQL, over one connection: every operation is one statement, so publishing, reading and beating
 * share it without transactions of their own. Readers go by transaction order below the oldest open transaction, so a slow
 * writer loses nothing; a long write transaction anywhere on the server therefore delays every reader.
 */
export class PostgresEventLog implements EventLog {
  private readonly session: PostgresSession;
  private readonly store: LogStore;
  private readonly letters: DeadLetterStore;
  private readonly rebalancer: Rebalancer;
  private readonly dispatcher: Dispatcher;
  private readonly timers: NodeJS.Timeout[] = [];
  private readonly subscriptions = new Set<Subscription>();

  private constructor(private readonly options: PostgresEventLogOptions) {
    const { url, catalogue, name, leaseMs = 9_000, report = SILENT } = options;
    this.session = new PostgresSession({
      url,
      name: `${name} events`,
      channels: [EVENTS_CHANNEL, GROUPS_CHANNEL],
      onNotify: (channel, payload) => this.hear(channel, payload),
      onConnect: () => this.catchUp(),
      report,
    });
    this.store = new LogStore(this.session, catalogue);
    this.letters = new DeadLetterStore(this.session, catalogue);
    this.rebalancer = new Rebalancer(this.session, catalogue, leaseMs, () => this.dispatcher.arrived());
    this.dispatcher = new Dispatcher(this.store, this.rebalancer, report);
  }

  /**
   * Connects and creates the catalogue's topics.
   * @throws Problem `events/topic-partitions` where the log holds a topic with another number of partitions
   */
  static async open(options: PostgresEventLogOptions): Promise<PostgresEventLog> {
    const log = new PostgresEventLog(options);
    try {
      await log.declareTopics();
    } catch (error) {
      await log.close();
      throw error;
    }
    log.every((options.leaseMs ?? 9_000) / 3, 'cannot beat', () => log.rebalancer.rebalance());
    log.every(PRUNE_EVERY_MS, 'cannot prune', () => log.store.prune(PRUNE_MOST));
    log.timers.push(setInterval(() => log.dispatcher.arrived(), options.pollMs ?? 5_000));
    log.dispatcher.start();
    return log;
  }

  async publish(records: readonly EventRecord[]): Promise<void> {
    if (records.length === 0) return;
    if (records.length > MAX_PUBLISH_RECORDS) {
      throw new Problem('too-large', 'events/batch', `at most ${MAX_PUBLISH_RECORDS} events at once`, { count: records.length });
    }
    for (const record of records) {
      this.options.catalogue.check(record);
      checkRecord(record);
    }
    await this.store.append(records);
  }

  async subscribe(request: SubscriptionRequest): Promise<Subscription> {
    const { group, topics, from = 'earliest', batchSize = 100, concurrency = 2 } = request;
    if (!/^[a-z0-9][a-z0-9._-]{0,127}$/.test(group)) throw new Problem('invalid', 'events/group', `${group} is no group name`);
    if (this.rebalancer.has(group))
      throw new Problem('conflict', 'events/group', `this process is in ${group} already`, { group });
    for (const topic of topics) this.options.catalogue.topic(topic);
    await this.session.query(BEGIN_GROUP, [group, topics, momentOf(from)]);
    const membership: Membership = {
      request,
      batchSize: Math.min(batchSize, MAX_BATCH),
      concurrency,
      stopping: new AbortController(),
    };
    const subscription: Subscription = {
      assigned: () => this.assigned(membership),
      stop: () => this.stop(membership, subscription),
    };
    this.subscriptions.add(subscription);
    try {
      await this.rebalancer.join(membership);
    } catch (error) {
      await subscription.stop();
      throw error;
    }
    return subscription;
  }

  async rewind(group: string, topics: readonly string[], to: StartingPoint): Promise<void> {
    const { leaseMs = 9_000 } = this.options;
    const rows = await this.session.query(REWIND, [group, topics, momentOf(to), leaseMs]);
    if (rows.length === 0)
      throw new Problem('conflict', 'events/group-active', `${group} is running, or has never read`, { group });
  }

  async lag(group: string): Promise<number> {
    const [row] = await this.session.query<{ readonly lag: number }>(LAG, [group]);
    return row?.lag ?? 0;
  }

  park(group: string, record: EventRecord, why: { readonly reason: string; readonly attempts: number }): Promise<void> {
    return this.letters.park(group, record, why);
  }

  deadLetters(query: DeadLetterQuery): Promise<readonly DeadLetter[]> {
    return this.letters.page(query);
  }

  replay(group: string, ids: readonly string[]): Promise<number> {
    return this.letters.replay(group, ids);
  }

  async ping(): Promise<void> {
    await this.session.query('select 1');
  }

  async close(): Promise<void> {
    for (const timer of this.timers) clearInterval(timer);
    await Promise.all([...this.subscriptions].map((subscription) => subscription.stop()));
    await this.dispatcher.end();
    await this.session.close();
  }

  private async declareTopics(): Promise<void> {
    // In one order everywhere: services declare at the same moment, and rows locked crosswise would deadlock.
    const topics = [...this.options.catalogue.topics].sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const { name, partitions } of await this.store.declare(topics)) {
      const declared = this.options.catalogue.topic(name).partitions;
      if (declared === partitions) continue;
      throw new Problem('conflict', 'events/topic-partitions', `${name} has ${partitions} partitions, not ${declared}`, {
        topic: name,
      });
    }
  }

  private assigned(membership: Membership): readonly { readonly topic: string; readonly partition: number }[] {
    const claims = [...this.rebalancer.claims.values()].filter((claim) => claim.membership === membership && !claim.leaving);
    return claims.map(({ topic, partition }) => ({ topic, partition }));
  }

  private async stop(membership: Membership, subscription: Subscription): Promise<void> {
    if (!this.subscriptions.delete(subscription)) return;
    membership.stopping.abort(new Error('the subscription stops'));
    await this.dispatcher.drain(membership);
    // Where the log is away, the lease ends the membership instead.
    await this.rebalancer.leave(membership.request.group).catch(() => undefined);
  }

  private hear(channel: string, payload: string): void {
    if (channel === EVENTS_CHANNEL) this.dispatcher.arrived(payload === '*' ? undefined : new Set(payload.split(',')));
    else if (this.rebalancer.has(payload)) this.attempt('cannot rebalance', () => this.rebalancer.rebalance());
  }

  private catchUp(): void {
    this.dispatcher.arrived();
    this.attempt('cannot rebalance', () => this.rebalancer.rebalance());
  }

  private every(ms: number, complaint: string, work: () => Promise<void>): void {
    this.timers.push(setInterval(() => this.attempt(complaint, work), ms));
  }

  private attempt(complaint: string, work: () => Promise<void>): void {
    work().catch((error: unknown) => this.options.report?.(complaint, { error: String(error) }));
  }
}
