import { Problem } from '#libs/problem';
import { joinRows, splitRows } from './batch.js';
import type { ModelFile, ModelSignature } from './model.js';
import type { PoolSettings } from './pool-options.js';
import { RequestQueue, type PendingRequest } from './request-queue.js';
import type { WorkerSlot } from './worker-slot.js';
import { WorkerLost } from './worker-process.js';

/** A request whose process is lost while it runs is tried once more: the loss may have another reason, a second one hardly. */
const LOSSES_BORNE = 1;

/** A model in a pool: its queue, and the dispatch of what waits to the workers that are free. */
export class HostedModel {
  readonly queue: RequestQueue;
  readonly loading: Promise<ModelSignature>;
  signature: ModelSignature | undefined;
  running = 0;
  private batches: boolean;
  private flushing = false;

  constructor(
    readonly file: ModelFile,
    private readonly slots: readonly WorkerSlot[],
    private readonly settings: PoolSettings,
  ) {
    this.queue = new RequestQueue(settings);
    this.batches = true;
    this.loading = this.load();
  }

  get isReady(): boolean {
    return this.signature !== undefined && this.slots.some((slot) => slot.session(this.file.hash)?.state === 'ready');
  }

  /** Every worker gave the model up. */
  get hasFailed(): boolean {
    return this.slots.every((slot) => slot.session(this.file.hash)?.state === 'failed');
  }

  /** Takes a request; it is dispatched with all that arrive in this turn of the event loop. */
  enqueue(request: PendingRequest): void {
    this.queue.push(request);
    if (this.flushing) return;
    this.flushing = true;
    setImmediate(() => {
      this.flushing = false;
      this.dispatch();
    });
  }

  /** Gives what waits to every worker where the model is free. */
  dispatch(): void {
    for (;;) {
      const slot = this.freeSlot();
      const batch = slot === undefined ? [] : this.queue.take(this.batches);
      if (batch.length === 0) break;
      void this.runBatch(slot!, batch);
    }
    this.queue.watchDeadlines();
  }

  private freeSlot(): WorkerSlot | undefined {
    const free = this.slots.filter((slot) => slot.session(this.file.hash)?.isFree === true);
    return free.length < 2 ? free[0] : free.reduce((least, slot) => (slot.busy < least.busy ? slot : least));
  }

  private async load(): Promise<ModelSignature> {
    const signatures = await Promise.all(this.slots.map((slot) => slot.load(this.file)));
    this.signature = signatures[0]!;
    this.batches = this.signature.batchable;
    return this.signature;
  }

  private async runBatch(slot: WorkerSlot, batch: readonly PendingRequest[]): Promise<void> {
    const session = slot.session(this.file.hash)!;
    session.busy = true;
    this.running += batch.length;
    try {
      await this.run(slot, batch);
    } catch (error) {
      this.settleFailure(batch, error);
    } finally {
      this.running -= batch.length;
      session.busy = false;
      this.dispatch();
    }
  }

  private async run(slot: WorkerSlot, batch: readonly PendingRequest[]): Promise<void> {
    const start = performance.now();
    const outputs = await slot.run(this.file.hash, joinRows(batch.map(({ inputs }) => inputs)));
    const counts = batch.map(({ rows }) => rows);
    const parts = splitRows(outputs, counts);
    if (!parts) return this.stopBatching(batch);
    batch.forEach(({ resolve }, i) => resolve(parts[i]!));
    const rows = counts.reduce((sum, count) => sum + count, 0);
    this.settings.onEvent({
      kind: 'batch',
      hash: this.file.hash,
      requests: batch.length,
      rows,
      runMs: performance.now() - start,
    });
  }

  // The signature allowed it, the outputs do not have the rows asked for: from now on every request runs alone.
  private stopBatching(batch: readonly PendingRequest[]): void {
    this.batches = false;
    this.queue.putBack(batch);
  }

  private settleFailure(batch: readonly PendingRequest[], error: unknown): void {
    const lost = error instanceof WorkerLost ? error : undefined;
    if (!lost && batch.length === 1) return batch[0]!.reject(error as Error);
    if (lost?.overran) return batch.forEach(({ reject }) => reject(runTooLong(this.settings.runLimitMs)));
    const again: PendingRequest[] = [];
    for (const request of batch) {
      if (lost?.running) request.losses += 1;
      if (lost?.running || batch.length > 1) request.alone = true; // so that one bad request fails alone
      if (request.losses > LOSSES_BORNE) request.reject(processLost());
      else again.push(request);
    }
    this.queue.putBack(again);
  }
}

function processLost(): Problem {
  return new Problem('unavailable', 'inference/process-lost', 'the process of the model ended twice while it ran this request');
}

function runTooLong(limitMs: number): Problem {
  return new Problem('deadline', 'inference/run-limit', `the model did not answer within ${limitMs} ms`, { limitMs });
}
