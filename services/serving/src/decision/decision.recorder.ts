import { Inject, Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { Problem } from '#libs/problem';
import type { Spool } from '#libs/spool';
import { SPOOL } from '../tokens.js';
import type { Decision } from './decision.js';
import { decodeBatch, encodeBatch, type DecisionBatch } from './decision-batch.js';

/** Decisions that the database does not have yet; above it, none is made: refusing is honest where losing is not. */
const MOST_PENDING = 50_000;

interface Pending {
  readonly decision: Decision;
  readonly durable: Promise<unknown>;
}

/** Makes decisions durable before they are answered, and knows those that have not reached the database. */
@Injectable()
export class DecisionRecorder implements OnModuleInit, OnModuleDestroy {
  private readonly pending = new Map<string, Pending>();
  private wake = Promise.withResolvers<void>();

  constructor(@Inject(SPOOL) private readonly spool: Spool) {}

  /** What a killed process left is pending again before the first call is taken. */
  async onModuleInit(): Promise<void> {
    const durable = Promise.resolve();
    let position = 0;
    for (let records = await this.spool.read(position); records.length > 0; records = await this.spool.read(position)) {
      for (const { payload } of records) {
        for (const decision of decodeBatch(payload.toString()).decisions)
          if (!this.pending.has(decision.id)) this.pending.set(decision.id, { decision, durable });
      }
      position = records.at(-1)!.position;
    }
  }

  get pendingCount(): number {
    return this.pending.size;
  }

  pendingIds(): readonly string[] {
    return [...this.pending.keys()];
  }

  isPending(id: string): boolean {
    return this.pending.has(id);
  }

  /** A decision that is on its way to the database. */
  find(workspace: string, id: string): Decision | undefined {
    const decision = this.pending.get(id)?.decision;
    return decision?.workspace === workspace ? decision : undefined;
  }

  /**
   * Keeps decisions; durable when it resolves. @returns what holds: a decision that was recorded before under the same id stays
   * @throws Problem exhausted `serving/decisions-pending`, `spool/full`; unavailable `spool/disk`
   */
  async record(batch: DecisionBatch): Promise<readonly Decision[]> {
    if (this.pending.size + batch.decisions.length > MOST_PENDING) {
      throw new Problem('exhausted', 'serving/decisions-pending', `${this.pending.size} decisions wait for the database`, {
        limit: MOST_PENDING,
      });
    }
    const fresh = batch.decisions.filter(
      ({ id }, i) => !this.pending.has(id) && batch.decisions.findIndex((other) => other.id === id) === i,
    );
    if (fresh.length > 0) this.keep({ ...batch, decisions: fresh });
    const held = batch.decisions.map(({ id }) => this.pending.get(id)!);
    await Promise.all(held.map(({ durable }) => durable));
    return held.map(({ decision }) => decision);
  }

  private keep(batch: DecisionBatch): void {
    const durable = this.spool.append([Buffer.from(encodeBatch(batch))]);
    for (const decision of batch.decisions) this.pending.set(decision.id, { decision, durable });
    durable.then(
      () => this.wake.resolve(),
      () => batch.decisions.forEach(({ id }) => this.pending.delete(id)),
    );
  }

  /** Fulfilled when something has been recorded since the last call. */
  async recorded(): Promise<void> {
    await this.wake.promise;
    this.wake = Promise.withResolvers();
  }

  /** The database has these. */
  stored(decisions: readonly Decision[]): void {
    for (const { id } of decisions) this.pending.delete(id);
  }

  async onModuleDestroy(): Promise<void> {
    await this.spool.close();
  }
}
