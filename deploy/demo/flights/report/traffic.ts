import type { InferenceClient } from '../../inference-client.js';

/** What the callers of the endpoint met. */
export interface Traffic {
  readonly requests: number;
  readonly errors: number;
  /** Attempts that found a service away and were made again with the same id. */
  readonly retries: number;
  readonly latencyMsP50: number;
  readonly latencyMsP99: number;
}

export function summarizeTraffic({ requests, errors, retries, latenciesMs }: InferenceClient): Traffic {
  const sorted = [...latenciesMs].sort((a, b) => a - b);
  const at = (share: number): number => Number((sorted[Math.floor(share * (sorted.length - 1))] ?? 0).toFixed(1));
  return { requests, errors, retries, latencyMsP50: at(0.5), latencyMsP99: at(0.99) };
}
