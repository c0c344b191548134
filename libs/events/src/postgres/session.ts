import pg from 'pg';
import { backoffMs } from '../waiting.js';
import { type Report } from '../report.js';

export interface SessionOptions {
  readonly url: string;
  readonly name: string;
  readonly channels: readonly string[];
  /** Settings of the session, as PostgreSQL's `options` takes them. */
  readonly startup?: string;
  readonly onNotify: (channel: string, payload: string) => void;
  /** Called after each connect: notifications were missed while the session was away, and session locks are gone. */
  readonly onConnect: () => void;
  readonly report: Report;
}

const STATEMENT_TIMEOUT_MS = 15_000;
const CONNECT_TIMEOUT_MS = 5_000;
const RECONNECT_FIRST_MS = 50;
const RECONNECT_MAX_MS = 2_000;

/**
 * One PostgreSQL connection that listens, runs single statements in turn and comes back by itself after a break. A statement
 * in flight when the connection breaks rejects: its caller decides whether to try again.
 */
export class PostgresSession {
  private client: pg.Client | undefined;
  /** Ends with the last statement handed over: the driver wants them one by one. */
  private turn: Promise<unknown> = Promise.resolve();
  private connecting: Promise<pg.Client> | undefined;
  private reconnect: NodeJS.Timeout | undefined;
  private failures = 0;
  private closed = false;

  constructor(private readonly options: SessionOptions) {}

  async query<Row extends pg.QueryResultRow>(
    text: string,
    values: readonly unknown[] = [],
    name?: string,
  ): Promise<readonly Row[]> {
    const client = this.client ?? (await this.connect());
    const asked = this.turn.then(() => client.query<Row>({ text, values: [...values], ...(name === undefined ? {} : { name }) }));
    this.turn = asked.catch(() => undefined);
    return (await asked).rows;
  }

  /** Ends after the statements already handed over. */
  async close(): Promise<void> {
    this.closed = true;
    clearTimeout(this.reconnect);
    await this.connecting?.catch(() => undefined);
    const client = this.client;
    this.client = undefined;
    await this.turn;
    await client?.end().catch(() => undefined);
  }

  private connect(): Promise<pg.Client> {
    if (this.closed) return Promise.reject(new Error('the session is closed'));
    this.connecting ??= this.open().finally(() => {
      this.connecting = undefined;
    });
    return this.connecting;
  }

  private async open(): Promise<pg.Client> {
    const client = new pg.Client({
      connectionString: this.options.url,
      application_name: this.options.name,
      statement_timeout: STATEMENT_TIMEOUT_MS,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      keepAlive: true,
      ...(this.options.startup === undefined ? {} : { options: this.options.startup }),
    });
    client.on('error', (error) => this.options.report('event session broke', { error: error.message }));
    client.on('notification', ({ channel, payload }) => this.options.onNotify(channel, payload ?? ''));
    try {
      await client.connect();
      for (const channel of this.options.channels) await client.query(`listen ${client.escapeIdentifier(channel)}`);
    } catch (error) {
      client.end().catch(() => undefined);
      this.comeBack();
      throw error;
    }
    client.on('end', () => this.lose(client));
    this.client = client;
    this.failures = 0;
    this.options.onConnect();
    return client;
  }

  private lose(client: pg.Client): void {
    if (this.client !== client) return;
    this.client = undefined;
    this.comeBack();
  }

  private comeBack(): void {
    if (this.closed) return;
    clearTimeout(this.reconnect);
    const wait = backoffMs(++this.failures, RECONNECT_FIRST_MS, RECONNECT_MAX_MS);
    this.reconnect = setTimeout(() => void this.connect().catch(() => undefined), wait);
  }
}
