import type { DataSource } from 'typeorm';
import { withWorkspace } from '#libs/database';
import { Problem } from '#libs/problem';
import type { EventHandler } from './event-handler.js';
import type { Delivery, EventLog, StartingPoint, Subscription } from './event-log.js';
import type { EventRecord } from './event-record.js';
import { Inbox } from './inbox.js';
import { SILENT, type Report } from './report.js';
import { isTransient } from './transient.js';
import { backoffMs, waitFor } from './waiting.js';

/** How often a failing event is tried before it is set aside. */
export interface RetryPolicy {
  readonly attempts: number;
  readonly firstMs: number;
  readonly maxMs: number;
}

export interface EventConsumerOptions {
  readonly log: EventLog;
  /** The service's own database, where the effects and the inbox are. */
  readonly db: DataSource;
  /** `<service>.<purpose>`; a new name reads everything again. */
  readonly group: string;
  readonly handlers: readonly EventHandler[];
  readonly from?: StartingPoint;
  readonly batchSize?: number;
  readonly concurrency?: number;
  /** Default five attempts, waiting 100 ms at first and 5 s at most. */
  readonly retry?: RetryPolicy;
  readonly report?: Report;
}

const RETRY: RetryPolicy = { attempts: 5, firstMs: 100, maxMs: 5_000 };
const DAY_MS = 86_400_000;
const FORGET_EVERY_MS = 3_600_000;
const FORGET_MOST = 5_000;

/**
 * Handles events once in effect: the inbox row and the effect share one transaction of the event's workspace, and the log moves
 * on after the commit. An event that keeps failing is set aside with its reason; a database that is away is not the event's
 * fault, so then the partition waits.
 */
export class EventConsumer {
  private readonly inbox = new Inbox();
  private readonly retry: RetryPolicy;
  private readonly report: Report;
  private readonly byType: ReadonlyMap<string, EventHandler>;
  private subscription: Subscription | undefined;
  private forgetting: NodeJS.Timeout | undefined;

  private constructor(private readonly options: EventConsumerOptions) {
    const { handlers, retry = RETRY, report = SILENT } = options;
    this.retry = retry;
    this.report = report;
    this.byType = new Map(handlers.map((handler) => [`${handler.topic.name} ${handler.type}`, handler]));
    if (this.byType.size !== handlers.length) throw new Error(`${options.group} handles a type twice`);
  }

  /** Joins the group and begins to handle. */
  static async start(options: EventConsumerOptions): Promise<EventConsumer> {
    const consumer = new EventConsumer(options);
    const { log, group, handlers, from = 'earliest', batchSize = 100, concurrency = 2 } = options;
    const topics = [...new Set(handlers.map((handler) => handler.topic.name))];
    const handle = (delivery: Delivery): Promise<void> => consumer.handle(delivery);
    consumer.subscription = await log.subscribe({ group, topics, from, batchSize, concurrency, handle });
    consumer.forgetting = setInterval(() => void consumer.forget(), FORGET_EVERY_MS).unref();
    return consumer;
  }

  async stop(): Promise<void> {
    clearInterval(this.forgetting);
    await this.subscription?.stop();
  }

  /** Types without a handler pass by: a topic may carry more than one service cares for. */
  private async handle({ records, signal }: Delivery): Promise<void> {
    for (const run of runsOf(records, (record) => this.byType.get(`${record.topic} ${record.type}`))) {
      const alone = run.records.length === 1 || !(await this.tryTogether(run, signal));
      if (alone) for (const record of run.records) await this.handleAlone(run.handler, record, signal);
    }
  }

  private async tryTogether({ handler, records }: Run, signal: AbortSignal): Promise<boolean> {
    signal.throwIfAborted();
    try {
      await this.applyOnce(handler, records);
      return true;
    } catch (error) {
      if (isTransient(error)) throw error;
      return false;
    }
  }

  private async handleAlone(handler: EventHandler, record: EventRecord, signal: AbortSignal): Promise<void> {
    const { log, group } = this.options;
    for (let attempt = 1; ; attempt++) {
      signal.throwIfAborted();
      try {
        return await this.applyOnce(handler, [record]);
      } catch (error) {
        if (isTransient(error)) throw error;
        const facts = { group, topic: record.topic, event_id: record.id, attempt, error: String(error) };
        if (attempt >= this.retry.attempts || isHopeless(error)) {
          await log.park(group, record, { reason: error instanceof Error ? error.message : String(error), attempts: attempt });
          return this.report('event set aside', facts);
        }
        this.report('event failed, trying again', facts);
        await waitFor(backoffMs(attempt, this.retry.firstMs, this.retry.maxMs), signal);
      }
    }
  }

  private applyOnce(handler: EventHandler, records: readonly EventRecord[]): Promise<void> {
    const { db, group } = this.options;
    return withWorkspace(db, records[0]!.workspace, async (tx) => {
      const fresh = await this.inbox.claim(tx, group, records);
      if (fresh.length > 0) await handler.apply(tx, fresh);
    });
  }

  private async forget(): Promise<void> {
    const longest = Math.max(...this.options.handlers.map((handler) => handler.topic.retentionDays));
    const before = new Date(Date.now() - 2 * longest * DAY_MS); // what the log has dropped cannot come again
    await this.inbox.prune(this.options.db, before, FORGET_MOST).catch((error: unknown) => {
      this.report('inbox cannot be pruned', { error: String(error) });
    });
  }
}

interface Run {
  readonly handler: EventHandler;
  readonly records: readonly EventRecord[];
}

/** Bytes that are not the message will not become it by waiting. */
function isHopeless(error: unknown): boolean {
  return error instanceof Problem && error.slug === 'events/undecodable';
}

/** Neighbours that may share a transaction: same batch handler, same workspace. Order is kept. */
function runsOf(records: readonly EventRecord[], handlerOf: (record: EventRecord) => EventHandler | undefined): readonly Run[] {
  const runs: { handler: EventHandler; records: EventRecord[] }[] = [];
  for (const record of records) {
    const handler = handlerOf(record);
    if (!handler) continue;
    const last = runs.at(-1);
    const joins = handler.batches && last?.handler === handler && last.records[0]!.workspace === record.workspace;
    if (joins) last.records.push(record);
    else runs.push({ handler, records: [record] });
  }
  return runs;
}
