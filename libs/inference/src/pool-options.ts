import type { RequestLimits } from './validation.js';
import type { WorkerExit } from './worker-process.js';

/** What happens in a pool, for logs and counters. */
export type PoolEvent =
  | { readonly kind: 'worker-exited'; readonly exit: WorkerExit }
  | { readonly kind: 'model-failed'; readonly hash: string; readonly error: Error }
  | { readonly kind: 'batch'; readonly hash: string; readonly requests: number; readonly rows: number; readonly runMs: number };

/** Bounds of a pool; each has a default. */
export interface InferencePoolOptions extends Partial<RequestLimits> {
  /** Processes; every model is loaded in each of them. One by default. */
  readonly workers?: number;
  /** Models loaded at once; 32. */
  readonly maxModels?: number;
  /** Requests that wait for one model; 512. */
  readonly maxQueuedRequests?: number;
  /** Bytes of tensors of all requests that wait or run; 64 MiB. */
  readonly maxHeldBytes?: number;
  /** Requests that share one run; 64. */
  readonly maxBatchRequests?: number;
  /** Rows of one run of several requests; 1024. */
  readonly maxBatchRows?: number;
  /** A run or a load that takes longer ends its process; 30 s. */
  readonly runLimitMs?: number;
  readonly onEvent?: (event: PoolEvent) => void;
}

export type PoolSettings = Required<InferencePoolOptions>;

const DEFAULTS: PoolSettings = {
  workers: 1,
  maxModels: 32,
  maxQueuedRequests: 512,
  maxHeldBytes: 64 * 2 ** 20,
  maxBatchRequests: 64,
  maxBatchRows: 1_024,
  maxRequestBytes: 16 * 2 ** 20,
  maxRequestRows: 65_536,
  runLimitMs: 30_000,
  onEvent: () => undefined,
};

export function poolSettings(options: InferencePoolOptions): PoolSettings {
  return { ...DEFAULTS, ...options };
}
