import { EventEmitter } from 'node:events';
import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import pg from 'pg';
import { LOG } from '#libs/host';
import type { Logger } from '#libs/log';
import type { TrainingEnv } from '../env.js';
import { ENV } from '../tokens.js';

/** The NOTIFY channel on which repositories tell, with the commit, what changed: the payload is the id of the record. */
export const CHANGES_CHANNEL = 'millrace_training_changes';
const RECONNECT_MS = 1_000;
const MAX_WAITERS = 10_000;

/**
 * Wakes whoever waits for a record to change, in whichever replica it changes. A notification is a hint only: waits end after a time
 * as well, so that a broken connection delays a reader and never strands one.
 */
@Injectable()
export class Changes implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly emitter = new EventEmitter().setMaxListeners(MAX_WAITERS);
  private client: pg.Client | undefined;
  private reconnect: NodeJS.Timeout | undefined;
  private closed = false;

  constructor(
    @Inject(ENV) private readonly env: TrainingEnv,
    @Inject(LOG) private readonly log: Logger,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.connect();
  }

  async onApplicationShutdown(): Promise<void> {
    this.closed = true;
    clearTimeout(this.reconnect);
    await this.client?.end().catch(() => undefined);
  }

  /** Resolves when the record changes, after `timeoutMs`, or when the signal is aborted. */
  wait(id: string, timeoutMs: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        this.emitter.off(id, end);
        signal?.removeEventListener('abort', end);
        resolve();
      };
      const timer = setTimeout(end, timeoutMs);
      this.emitter.on(id, end);
      signal?.addEventListener('abort', end, { once: true });
      if (signal?.aborted) end();
    });
  }

  private async connect(): Promise<void> {
    const client = new pg.Client({
      connectionString: this.env.DATABASE_URL,
      application_name: 'millrace training changes',
      keepAlive: true,
    });
    client.on('notification', ({ payload }) => this.emitter.emit(payload ?? ''));
    client.on('error', (error) => this.log.warn({ err: error }, 'the connection that tells of changes broke'));
    client.on('end', () => this.comeBack());
    try {
      await client.connect();
      await client.query(`listen ${CHANGES_CHANNEL}`);
      this.client = client;
    } catch (error) {
      this.log.warn({ err: error }, 'changes cannot be listened to; readers ask again by the clock');
      await client.end().catch(() => undefined);
      this.comeBack();
    }
  }

  private comeBack(): void {
    if (this.closed) return;
    clearTimeout(this.reconnect);
    this.reconnect = setTimeout(() => void this.connect(), RECONNECT_MS);
  }
}
