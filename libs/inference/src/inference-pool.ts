import { Problem } from '#libs/problem';
import { rowsOf } from './batch.js';
import { HostedModel } from './hosted-model.js';
import type { ModelFile, ModelSignature } from './model.js';
import { poolSettings, type InferencePoolOptions, type PoolSettings } from './pool-options.js';
import { cancelled, overdue } from './request-queue.js';
import type { Tensor } from './tensor.js';
import { validateInputs } from './validation.js';
import { WorkerSlot } from './worker-slot.js';

/** How long a request may wait. */
export interface InferOptions {
  /** Wall clock; a request that has not begun to run by then is refused. */
  readonly deadline?: Date;
  /** A request whose caller has gone does not run. */
  readonly signal?: AbortSignal;
}

/** A snapshot for gauges. */
export interface PoolStatistics {
  readonly models: number;
  readonly queued: number;
  readonly running: number;
  readonly heldBytes: number;
  /** Process ids of the workers that are up. */
  readonly workers: readonly number[];
}

const DRAIN_CHECK_MS = 10;

/**
 * Runs ONNX models in processes of their own: a model that computes long, or takes its process down, never holds up the caller's event
 * loop. Requests that arrive in one turn of the loop share a run. Nothing is started before the first model is loaded.
 */
export class InferencePool {
  private readonly settings: PoolSettings;
  private readonly slots: readonly WorkerSlot[];
  private readonly models = new Map<string, HostedModel>();
  private heldBytes = 0;
  private closed = false;

  constructor(options: InferencePoolOptions = {}) {
    this.settings = poolSettings(options);
    this.slots = Array.from(
      { length: this.settings.workers },
      () => new WorkerSlot(this.settings, (hash, error) => this.changed(hash, error)),
    );
  }

  /**
   * Loads a model and runs it once blank, in every worker; the same hash again answers at once, after a failure it is tried anew.
   * @throws Problem invalid `inference/hash-mismatch`, `inference/model-missing`, `inference/model-invalid`, `inference/model-warm-up`;
   *   unavailable `inference/model-crashed`, `inference/closed`; exhausted `inference/models-full`
   */
  async load(file: ModelFile): Promise<ModelSignature> {
    this.refuseIfClosed();
    const known = this.models.get(file.hash);
    if (known && !known.hasFailed) return known.loading;
    if (!known && this.models.size >= this.settings.maxModels) {
      throw new Problem('exhausted', 'inference/models-full', `${this.settings.maxModels} models are loaded; unload one first`, {
        maxModels: this.settings.maxModels,
      });
    }
    const model = new HostedModel(file, this.slots, this.settings);
    this.models.set(file.hash, model);
    try {
      return await model.loading;
    } catch (error) {
      if (this.models.get(file.hash) === model) await this.unload(file.hash);
      throw error;
    }
  }

  /** Takes a model away once the requests that it has accepted are answered; an unknown one is already away. */
  async unload(hash: string): Promise<void> {
    const model = this.models.get(hash);
    if (!model) return;
    this.models.delete(hash);
    while (model.isReady && model.queue.size + model.running > 0)
      await new Promise((resolve) => setTimeout(resolve, DRAIN_CHECK_MS));
    model.queue.refuseAll(notLoaded(hash));
    if (this.models.has(hash)) return; // loaded again meanwhile
    await Promise.all(this.slots.map((slot) => slot.unload(hash)));
  }

  /**
   * Runs one request; its inputs are checked first, in any order, and the outputs come in the model's order.
   * @throws Problem not-found `inference/model-not-loaded`; invalid and too-large as `validateInputs`, `inference/run-failed`; exhausted
   *   `inference/queue-full`, `inference/memory-full`; deadline `inference/deadline`, `inference/run-limit`; cancelled
   *   `inference/cancelled`; unavailable `inference/process-lost`, `inference/model-crashed`, `inference/closed`
   */
  async infer(hash: string, inputs: readonly Tensor[], { deadline, signal }: InferOptions = {}): Promise<readonly Tensor[]> {
    this.refuseIfClosed();
    const model = this.modelOf(hash);
    const ordered = validateInputs(model.signature!, inputs, this.settings);
    const deadlineMs = deadline?.getTime() ?? Infinity;
    if (signal?.aborted) throw cancelled();
    if (deadlineMs <= Date.now()) throw overdue();
    const bytes = this.hold(ordered);
    try {
      return await new Promise<readonly Tensor[]>((resolve, reject) => {
        model.enqueue({ inputs: ordered, rows: rowsOf(ordered), deadlineMs, signal, resolve, reject, losses: 0, alone: false });
      });
    } finally {
      this.heldBytes -= bytes;
    }
  }

  /** The signature of a loaded model. @throws Problem not-found `inference/model-not-loaded`; unavailable `inference/model-crashed` */
  metadata(hash: string): ModelSignature {
    return this.modelOf(hash).signature!;
  }

  /** Whether a request would run now: the model is loaded and warm in a process that is up. */
  isReady(hash: string): boolean {
    return this.models.get(hash)?.isReady === true;
  }

  statistics(): PoolStatistics {
    const models = [...this.models.values()];
    return {
      models: models.length,
      queued: models.reduce((sum, { queue }) => sum + queue.size, 0),
      running: models.reduce((sum, { running }) => sum + running, 0),
      heldBytes: this.heldBytes,
      workers: this.slots.flatMap(({ pid }) => pid ?? []),
    };
  }

  /** Accepts nothing more, lets what was accepted finish for at most `drainMs`, and ends the processes. */
  async close(drainMs = 5_000): Promise<void> {
    this.closed = true;
    const until = Date.now() + drainMs;
    for (
      let { queued, running } = this.statistics();
      queued + running > 0 && Date.now() < until;
      { queued, running } = this.statistics()
    ) {
      await new Promise((resolve) => setTimeout(resolve, DRAIN_CHECK_MS));
    }
    for (const { queue } of this.models.values()) queue.refuseAll(closedProblem());
    this.models.clear();
    await Promise.all(this.slots.map((slot) => slot.end()));
  }

  private modelOf(hash: string): HostedModel {
    const model = this.models.get(hash);
    if (!model?.signature) throw notLoaded(hash);
    if (model.hasFailed)
      throw new Problem('unavailable', 'inference/model-crashed', 'the model could not be loaded again', { hash });
    return model;
  }

  private hold(inputs: readonly Tensor[]): number {
    const bytes = inputs.reduce((sum, tensor) => sum + tensor.bytes.length, 0);
    const { maxHeldBytes } = this.settings;
    if (this.heldBytes + bytes > maxHeldBytes) {
      throw new Problem('exhausted', 'inference/memory-full', `the requests under way hold ${this.heldBytes} bytes of tensors`, {
        maxHeldBytes,
      });
    }
    this.heldBytes += bytes;
    return bytes;
  }

  private changed(hash: string, error?: Error): void {
    const model = this.models.get(hash);
    if (error) this.settings.onEvent({ kind: 'model-failed', hash, error });
    if (error && model?.hasFailed) model.queue.refuseAll(error);
    else model?.dispatch();
  }

  private refuseIfClosed(): void {
    if (this.closed) throw closedProblem();
  }
}

function notLoaded(hash: string): Problem {
  return new Problem('not-found', 'inference/model-not-loaded', 'the model is not loaded', { hash });
}

function closedProblem(): Problem {
  return new Problem('unavailable', 'inference/closed', 'the pool is closing');
}
