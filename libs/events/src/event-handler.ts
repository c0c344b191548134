import type { EntityManager } from 'typeorm';
import type { EventRecord } from './event-record.js';
import type { Codecs, MessageOf, Topic } from './topic.js';

/** An event as a consumer meets it: the decoded message and what its owner stated about it. */
export interface ConsumedEvent<Message> {
  readonly id: string;
  readonly type: string;
  /** CloudEvents source, for example `/millrace/registry`. */
  readonly source: string;
  /** Event time of the fact. */
  readonly time: Date;
  readonly workspace: string;
  readonly key: string;
  readonly value: Message;
  readonly traceparent?: string;
}

/** What a service does with one type of message; made by `onEvent` and `onEvents`. */
export interface EventHandler {
  readonly topic: Topic;
  readonly type: string;
  /** True where `apply` takes several events in one transaction. */
  readonly batches: boolean;
  readonly apply: (tx: EntityManager, records: readonly EventRecord[]) => Promise<void>;
}

function consumed<Types extends Codecs, Type extends keyof Types & string>(
  topic: Topic<Types>,
  type: Type,
  record: EventRecord,
): ConsumedEvent<MessageOf<Types[Type]>> {
  const { payload: _, topic: __, ...envelope } = record;
  return { ...envelope, value: topic.decode(type, record) };
}

/** Handles each event in a transaction of its own. Everything the handler does must be through `tx`. */
export function onEvent<Types extends Codecs, Type extends keyof Types & string>(
  topic: Topic<Types>,
  type: Type,
  handle: (tx: EntityManager, event: ConsumedEvent<MessageOf<Types[Type]>>) => Promise<void>,
): EventHandler {
  const apply: EventHandler['apply'] = async (tx, records) => {
    for (const record of records) await handle(tx, consumed(topic, type, record));
  };
  return { topic, type, batches: false, apply };
}

/**
 * Handles many events of one workspace in one transaction, in order. Where that fails, each comes alone, so that one bad event
 * does not hold the others.
 */
export function onEvents<Types extends Codecs, Type extends keyof Types & string>(
  topic: Topic<Types>,
  type: Type,
  handle: (tx: EntityManager, events: readonly ConsumedEvent<MessageOf<Types[Type]>>[]) => Promise<void>,
): EventHandler {
  const apply: EventHandler['apply'] = (tx, records) =>
    handle(
      tx,
      records.map((record) => consumed(topic, type, record)),
    );
  return { topic, type, batches: true, apply };
}
