import { Inject, Injectable } from '@nestjs/common';
import { setTimeout as pause } from 'node:timers/promises';
import { LOG, type Stoppable } from '#libs/host';
import type { Logger } from '#libs/log';
import type { Spool, SpoolRecord } from '#libs/spool';
import { SPOOL } from '../tokens.js';
import { decodeBatch } from './decision-batch.js';
import { DecisionMetrics } from './decision.metrics.js';
import { DecisionRecorder } from './decision.recorder.js';
import { DecisionRepository, type PlacedBatch } from './decision.repository.js';

/** Few decisions wait so long for company, so that a busy endpoint costs some transactions a second and not one a call. */
const GATHER_MS = 40;
const SETTLE_MS = 2_000;
const PER_TRANSACTION = 1_000;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;

/** Brings decisions from the spool to the database and the event log, in order; begins again where it was interrupted. */
@Injectable()
export class DecisionShipper {
  private position = 0;
  private readonly stopping = new AbortController();
  private arrived = Promise.withResolvers<void>();

  constructor(
    @Inject(SPOOL) private readonly spool: Spool,
    private readonly recorder: DecisionRecorder,
    private readonly decisions: DecisionRepository,
    private readonly metrics: DecisionMetrics,
    @Inject(LOG) private readonly log: Logger,
  ) {}

  start(): Stoppable {
    const running = this.run();
    return {
      stop: async () => {
        this.stopping.abort();
        await running;
      },
    };
  }

  /** Fulfilled when these of the decisions pending now are in the database, or after a while: whoever reads then finds what was answered. */
  async settled(ids: readonly string[] = this.recorder.pendingIds()): Promise<void> {
    const until = Date.now() + SETTLE_MS;
    while (ids.some((id) => this.recorder.isPending(id)) && Date.now() < until) {
      await Promise.race([this.arrived.promise, pause(until - Date.now(), undefined, { ref: false })]);
    }
  }

  private async run(): Promise<void> {
    let failures = 0;
    while (!this.stopping.signal.aborted) {
      try {
        await this.shipNext();
        failures = 0;
      } catch (error) {
        failures += 1;
        this.log.warn(
          { err: error, pending: this.recorder.pendingCount, failures },
          'decisions wait in the spool: the database does not take them',
        );
        await this.rest(Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** failures));
      }
    }
  }

  private async shipNext(): Promise<void> {
    const records = await this.spool.read(this.position);
    if (records.length === 0) {
      await Promise.race([this.recorder.recorded(), this.stopped()]);
      return this.rest(GATHER_MS);
    }
    for (const part of parts(records)) await this.ship(part);
  }

  private async ship(records: readonly SpoolRecord[]): Promise<void> {
    const placed = records.map(({ position, payload }): PlacedBatch => ({ position, batch: decodeBatch(payload.toString()) }));
    for (const [workspace, group] of Map.groupBy(placed, ({ batch }) => batch.workspace))
      await this.decisions.store(workspace, this.spool.id, group);
    const shipped = placed.flatMap(({ batch }) => batch.decisions);
    this.recorder.stored(shipped);
    this.metrics.stored(shipped.length);
    this.position = placed.at(-1)!.position;
    await this.spool.release(this.position);
    this.arrived.resolve();
    this.arrived = Promise.withResolvers();
  }

  private stopped(): Promise<void> {
    return new Promise((resolve) => this.stopping.signal.addEventListener('abort', () => resolve(), { once: true }));
  }

  private rest(ms: number): Promise<void> {
    return pause(ms, undefined, { signal: this.stopping.signal }).catch(() => undefined);
  }
}

/** Records in groups of about as many decisions as a transaction should hold; a record counts by its size, decisions are alike. */
function parts(records: readonly SpoolRecord[]): readonly (readonly SpoolRecord[])[] {
  return Array.from({ length: Math.ceil(records.length / PER_TRANSACTION) }, (_, i) =>
    records.slice(i * PER_TRANSACTION, (i + 1) * PER_TRANSACTION),
  );
}
