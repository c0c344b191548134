import type { SubscriptionRequest } from '../event-log.js';

/** A member of a group inside this process. */
export interface Membership {
  readonly request: SubscriptionRequest;
  readonly batchSize: number;
  readonly concurrency: number;
  readonly stopping: AbortController;
}

/** A place in the log: events are read in this order, never by id alone. */
export interface Position {
  readonly txid: string;
  readonly id: string;
}

/** A partition that this process holds for a group, with where the group stands in it. */
export interface Claim {
  readonly membership: Membership;
  readonly topic: string;
  readonly partition: number;
  /** Grows at every change of owner; an offset written under an older epoch does not count. */
  readonly epoch: string;
  position: Position;
  /** A delivery is in hand. */
  busy: boolean;
  /** There may be something to read. */
  due: boolean;
  /** To be given to another member as soon as it is idle. */
  leaving: boolean;
  /** Consecutive reads that found only events whose transaction order is not settled yet. */
  heldReads: number;
  /** Consecutive deliveries that rejected. */
  failures: number;
}

export function claimKey(group: string, topic: string, partition: number): string {
  return `${group} ${topic} ${partition}`;
}
