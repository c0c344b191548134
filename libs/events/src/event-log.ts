import type { EventRecord } from './event-record.js';

/** Where a group begins that has never read: all that is kept, only what comes, or what was published at or after a moment. */
export type StartingPoint = 'earliest' | 'latest' | Date;

/** Some events of one partition, in order. */
export interface Delivery {
  readonly topic: string;
  readonly partition: number;
  readonly records: readonly EventRecord[];
  /** Aborted when the subscription stops: give up waiting, and reject. */
  readonly signal: AbortSignal;
}

export interface SubscriptionRequest {
  /** Members with the same group share the partitions; each group reads every event. */
  readonly group: string;
  readonly topics: readonly string[];
  /** Default `earliest`. */
  readonly from?: StartingPoint;
  /** Most records of one delivery, default 100. */
  readonly batchSize?: number;
  /** Partitions handled at the same time, default 2: each holds a connection of the service while it works. */
  readonly concurrency?: number;
  /**
   * Resolving acknowledges the whole delivery, and the group's position follows. Rejecting delivers it again after a wait
   * that grows: nothing is skipped. A delivery can come twice (a crash after the effect), so effects go through an inbox.
   */
  readonly handle: (delivery: Delivery) => Promise<void>;
}

export interface AssignedPartition {
  readonly topic: string;
  readonly partition: number;
}

/** A running member of a group. */
export interface Subscription {
  /** The partitions this member holds now. */
  assigned(): readonly AssignedPartition[];
  /** Lets deliveries in hand end, then leaves the group, whose other members take over at once. */
  stop(): Promise<void>;
}

/** An event that a group could not handle, set aside so that the others go on. */
export interface DeadLetter {
  readonly id: string;
  readonly group: string;
  readonly record: EventRecord;
  readonly reason: string;
  readonly attempts: number;
  readonly parkedAt: Date;
}

export interface DeadLetterQuery {
  readonly group: string;
  readonly workspace?: string;
  /** Default and most 100. */
  readonly limit?: number;
  /** The id of the last letter of the page before. */
  readonly after?: string;
}

/**
 * An ordered, partitioned log of events with consumer groups. Offsets stay inside: an implementation on PostgreSQL and one on
 * Kafka pass the same conformance suite. At least once on the wire; `EventConsumer` makes it once in effect.
 */
export interface EventLog {
  /** Appends in order per key, all or none per topic partition. Resolves when the log holds them durably. */
  publish(records: readonly EventRecord[]): Promise<void>;
  subscribe(request: SubscriptionRequest): Promise<Subscription>;
  /**
   * Sets a group back (or on) to what was published at or after `to`.
   * @throws Problem `events/group-active` while the group has members
   */
  rewind(group: string, topics: readonly string[], to: StartingPoint): Promise<void>;
  /** Events the group has still to handle, counted up to 10,000 a partition. */
  lag(group: string): Promise<number>;
  /** Sets an event aside for its group. Idempotent per group and event. */
  park(group: string, record: EventRecord, why: { readonly reason: string; readonly attempts: number }): Promise<void>;
  deadLetters(query: DeadLetterQuery): Promise<readonly DeadLetter[]>;
  /** Delivers set-aside events again, to their own group only, behind what waits there. Answers how many. */
  replay(group: string, ids: readonly string[]): Promise<number>;
  /** Rejects where the log cannot be reached: for readiness. */
  ping(): Promise<void>;
  /** Stops every subscription, then lets go of all connections. */
  close(): Promise<void>;
}
