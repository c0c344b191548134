import type { Payoffs } from '#libs/value';
import { dayOf, startOf, type EventDay } from './event-day.js';

/** What decisions of the use case are worth, by the newest contract that both sides signed. */
export interface ContractInForce {
  readonly id: string;
  readonly payoffs: Payoffs;
  /** Decisions a month that the use case expects: what samples are scaled to. */
  readonly monthlyVolume: number;
}

/** Watches the decisions of one endpoint. */
export interface Monitor {
  readonly id: string;
  readonly workspace: string;
  readonly endpointId: string;
  readonly useCaseId: string;
  /** Answers behind the endpoint; null until serving said so. */
  readonly championVersionId: string | null;
  /** The endpoint's first version: the baseline that later ones must beat. */
  readonly baselineVersionId: string | null;
  readonly contract: ContractInForce | null;
  /** Event time up to which all outcomes then known have been reported. */
  readonly completeUntil: Date | null;
  /** Days before it are tested; their order and their rows never depend on when reports came. */
  readonly testedUntil: Date | null;
  /** Everything before it stands in windows and months, late changes included. */
  readonly evaluatedUntil: Date | null;
  readonly createdAt: Date;
}

/** A monitor that knows what decisions are worth: nothing is evaluated before. */
export type PricedMonitor = Monitor & { readonly contract: ContractInForce };

/**
 * How long after a day's end its outcomes count for the test of calibration: the longest flight has landed, the worst delay is over.
 * An outcome known later still counts in windows and months.
 */
export const MATURITY_MS = 48 * 3_600_000;

/** The moment at which a day may be tested: what is known then is what the test sees, in any replay. */
export function maturityOf(day: EventDay): Date {
  return new Date(startOf(day + 1).getTime() + MATURITY_MS);
}

/** The newest day that the reported outcomes cover; undefined before any report. */
export function newestMatureDay({ completeUntil }: Pick<Monitor, 'completeUntil'>): EventDay | undefined {
  return completeUntil ? dayOf(new Date(completeUntil.getTime() - MATURITY_MS)) - 1 : undefined;
}
