import { Problem } from '#libs/problem';
import { alike } from './batch.js';
import type { PoolSettings } from './pool-options.js';
import type { Tensor } from './tensor.js';

/** A request that has been checked and waits, or runs. */
export interface PendingRequest {
  readonly inputs: readonly Tensor[];
  readonly rows: number;
  /** Wall clock, in milliseconds since 1970; Infinity for none. */
  readonly deadlineMs: number;
  readonly signal: AbortSignal | undefined;
  readonly resolve: (outputs: readonly Tensor[]) => void;
  readonly reject: (error: Error) => void;
  /** How often the process was lost while it ran this. */
  losses: number;
  /** Runs alone, since a run that it shared failed. */
  alone: boolean;
}

const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** The requests that wait for one model, first come, first served. */
export class RequestQueue {
  private waiting: PendingRequest[] = [];
  private expiry: NodeJS.Timeout | undefined;

  constructor(private readonly settings: PoolSettings) {}

  get size(): number {
    return this.waiting.length;
  }

  /** @throws Problem exhausted `inference/queue-full` */
  push(request: PendingRequest): void {
    const { maxQueuedRequests } = this.settings;
    if (this.waiting.length >= maxQueuedRequests) {
      throw new Problem('exhausted', 'inference/queue-full', `${maxQueuedRequests} requests already wait for this model`, {
        maxQueuedRequests,
      });
    }
    this.waiting.push(request);
  }

  /** Puts requests back before all others; they were admitted once, so the bound does not apply. */
  putBack(requests: readonly PendingRequest[]): void {
    this.waiting = [...requests, ...this.waiting];
  }

  /** The next requests that may share a run; those whose deadline has passed or whose caller has gone never run. */
  take(batchable: boolean): readonly PendingRequest[] {
    this.dropDead();
    const [first] = this.waiting;
    if (!first) return [];
    let count = 1;
    let rows = first.rows;
    const { maxBatchRequests, maxBatchRows } = this.settings;
    while (batchable && !first.alone && count < Math.min(maxBatchRequests, this.waiting.length)) {
      const next = this.waiting[count]!;
      if (next.alone || rows + next.rows > maxBatchRows || !alike(first.inputs, next.inputs)) break;
      rows += next.rows;
      count += 1;
    }
    return this.waiting.splice(0, count);
  }

  /** Refuses those whose time comes while no process is there to take them. */
  watchDeadlines(): void {
    const earliest = this.waiting.reduce((least, { deadlineMs }) => Math.min(least, deadlineMs), Infinity);
    clearTimeout(this.expiry);
    if (earliest === Infinity) return;
    const waitMs = Math.min(Math.max(1, earliest - Date.now() + 1), LONGEST_TIMER_MS);
    this.expiry = setTimeout(() => {
      this.dropDead();
      this.watchDeadlines();
    }, waitMs).unref();
  }

  refuseAll(error: Error): void {
    clearTimeout(this.expiry);
    for (const { reject } of this.waiting.splice(0)) reject(error);
  }

  private dropDead(): void {
    const now = Date.now();
    const isDead = ({ deadlineMs, signal }: PendingRequest): boolean => deadlineMs <= now || signal?.aborted === true;
    if (!this.waiting.some(isDead)) return;
    const dead = this.waiting.filter(isDead);
    this.waiting = this.waiting.filter((request) => !isDead(request));
    for (const { signal, reject } of dead) reject(signal?.aborted ? cancelled() : overdue());
  }
}

export function overdue(): Problem {
  return new Problem('deadline', 'inference/deadline', 'the deadline passed before the model could run');
}

export function cancelled(): Problem {
  return new Problem('cancelled', 'inference/cancelled', 'the caller went away before the model ran');
}
