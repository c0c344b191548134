import type { Payoffs } from '#libs/value';

/** What a decision of a use case is worth, as both sides signed it. */
export interface MetricContract {
  readonly id: string;
  readonly payoffs: Payoffs;
}
