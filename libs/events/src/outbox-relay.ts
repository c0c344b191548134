import type { EventLog } from './event-log.js';
import { fromHeaders, MAX_PAYLOAD_BYTES, type EventHeaders, type EventRecord } from './event-record.js';
import { schemaName } from '#libs/database';
import { outboxChannel } from './outbox.js';
import { PostgresSession } from './postgres/session.js';
import { SILENT, type Report } from './report.js';
import { backoffMs, WakeUp } from './waiting.js';

export interface OutboxRelayOptions {
  /** The service's own database, as its serving role. */
  readonly url: string;
  /** The schema that holds the outbox: the service's name. */
  readonly schema: string;
  readonly log: EventLog;
  /** Most records of one publish, default 200. */
  readonly batchSize?: number;
  /** Looks without being woken; also how soon a standby replica takes over. Default 2,000. */
  readonly pollMs?: number;
  readonly report?: Report;
}

interface OutboxRow {
  readonly position: string;
  readonly topic: string;
  readonly key: string;
  readonly headers: EventHeaders;
  readonly payload: Buffer;
}

const MAX_BATCH_BYTES = 4 * MAX_PAYLOAD_BYTES;
const FAILED_FIRST_MS = 50;
const FAILED_MAX_MS = 5_000;

const READ = `
  select position, topic, key, headers, payload from (
    select *, sum(octet_length(payload)) over (order by position) - octet_length(payload) as bytes_before
    from (select * from outbox order by position limit $1) o) b
  where bytes_before < $2 order by position`;
const REMOVE = 'delete from outbox where position = any($1::bigint[])';

/**
 * Publishes a service's outbox in order. One replica is active: it holds an advisory lock of its session, which PostgreSQL
 * gives back when the process dies. A published row is deleted after the log holds it, so a crash between the two publishes
 * it again, with the same event id, and nothing is lost.
 */
export class OutboxRelay {
  private readonly session: PostgresSession;
  private readonly wake = new WakeUp();
  private readonly batchSize: number;
  private leads = false;
  private stopped = false;
  private loop: Promise<void> | undefined;

  constructor(private readonly options: OutboxRelayOptions) {
    const { url, schema, batchSize = 200, report = SILENT } = options;
    this.batchSize = batchSize;
    this.session = new PostgresSession({
      url,
      name: `millrace ${schema} outbox relay`,
      channels: [outboxChannel(schema)],
      onNotify: () => this.wake.fire(),
      onConnect: () => {
        this.leads = false; // the lock died with the session before
        this.wake.fire();
      },
      startup: `-c search_path=${schemaName(schema)} -c millrace.scope=platform`, // over all workspaces, on this session only
      report,
    });
  }

  start(): void {
    this.loop ??= this.run();
  }

  /** Ends after the batch in hand; what is left waits in the outbox. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.wake.fire();
    await this.loop;
    await this.session.close();
  }

  private async run(): Promise<void> {
    const { pollMs = 2_000, report = SILENT, schema } = this.options;
    let failures = 0;
    while (!this.stopped) {
      try {
        const published = (await this.lead()) ? await this.publishBatch() : 0;
        failures = 0;
        if (published < this.batchSize) await this.wake.wait(pollMs);
      } catch (error) {
        report('outbox cannot be published', { schema, error: String(error) });
        await this.wake.wait(backoffMs(++failures, FAILED_FIRST_MS, FAILED_MAX_MS));
      }
    }
  }

  private async lead(): Promise<boolean> {
    if (this.leads) return true;
    const lock = `select pg_try_advisory_lock(hashtextextended($1, 0)) as mine`;
    const [row] = await this.session.query<{ readonly mine: boolean }>(lock, [`millrace/outbox/${this.options.schema}`]);
    this.leads = row?.mine ?? false;
    return this.leads;
  }

  /** Answers how many rows left the outbox. A batch cut by its bytes counts as full, so that the loop goes on at once. */
  private async publishBatch(): Promise<number> {
    const rows = await this.session.query<OutboxRow>(READ, [this.batchSize, MAX_BATCH_BYTES], 'outbox-read');
    if (rows.length === 0) return 0;
    await this.options.log.publish(rows.map(recordOf));
    await this.session.query(REMOVE, [rows.map((row) => row.position)], 'outbox-remove');
    const bytes = rows.reduce((sum, row) => sum + row.payload.byteLength, 0);
    return bytes >= MAX_BATCH_BYTES - MAX_PAYLOAD_BYTES ? this.batchSize : rows.length;
  }
}

function recordOf(row: OutboxRow): EventRecord {
  return fromHeaders(row.headers, row.topic, row.key, row.payload);
}
