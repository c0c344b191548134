import { newId } from '#libs/ids';
import { Problem } from '#libs/problem';
import type { EventRecord } from './event-record.js';

/** What ts-proto generates for a message; only these two of its functions are used. */
export interface MessageCodec<T> {
  encode(message: T): { finish(): Uint8Array };
  decode(input: Uint8Array): T;
}
/** Fully qualified message name (`registry.v1.ModelVersionApproved`) to its codec. */
export type Codecs = Readonly<Record<string, MessageCodec<unknown>>>;
/** The message that a codec reads and writes. */
export type MessageOf<Codec> = Codec extends { decode(input: Uint8Array): infer Message } ? Message : never;

export interface TopicDeclaration<Types extends Codecs> {
  /** `<service>.<feature>.v<n>`; a breaking change is a new topic. */
  readonly name: string;
  /** Fixed for the life of the topic: a key's partition, and with it the key's order, depends on it. */
  readonly partitions: number;
  readonly retentionDays: number;
  readonly types: Types;
}

/** What the owner of a fact states about it, beside the message itself. */
export interface FactOf<Message> {
  /** Aggregate id: events of one key are handled in the order they were appended. */
  readonly key: string;
  readonly workspace: string;
  /** Event time: when the fact became true, never when it was written. */
  readonly time: Date;
  readonly value: Message;
  readonly traceparent?: string;
}

const NAME = /^([a-z][a-z0-9-]*)\.[a-z][a-z0-9-]*\.v[1-9][0-9]*$/;
const MAX_PARTITIONS = 64;

/** A declared topic: the only thing that can make records for it and read them back. */
export class Topic<Types extends Codecs = Codecs> {
  readonly name: string;
  readonly partitions: number;
  readonly retentionDays: number;
  readonly types: Types;
  /** CloudEvents `source` of its records. */
  readonly source: string;

  constructor({ name, partitions, retentionDays, types }: TopicDeclaration<Types>) {
    const service = NAME.exec(name)?.[1];
    if (!service) throw new Problem('invalid', 'events/topic-name', `${name} is not <service>.<feature>.v<n>`, { topic: name });
    if (!Number.isInteger(partitions) || partitions < 1 || partitions > MAX_PARTITIONS) {
      throw new Problem('invalid', 'events/partitions', `${name} needs 1 to ${MAX_PARTITIONS} partitions`, {
        topic: name,
        partitions,
      });
    }
    this.name = name;
    this.partitions = partitions;
    this.retentionDays = retentionDays;
    this.types = types;
    this.source = `/millrace/${service}`;
  }

  /** A new record with an id of its own, ready for the outbox. */
  record<Type extends keyof Types & string>(type: Type, fact: FactOf<MessageOf<Types[Type]>>): EventRecord {
    const { key, workspace, time, value, traceparent } = fact;
    const payload = this.codec(type).encode(value).finish();
    const envelope = { id: newId('event'), type, source: this.source, time, workspace, topic: this.name, key, payload };
    return traceparent === undefined ? envelope : { ...envelope, traceparent };
  }

  /**
   * Reads the message of a record of `type`.
   * @throws Problem `events/undecodable` where the bytes are not that message
   */
  decode<Type extends keyof Types & string>(type: Type, record: EventRecord): MessageOf<Types[Type]> {
    try {
      return this.codec(type).decode(record.payload) as MessageOf<Types[Type]>;
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new Problem('invalid', 'events/undecodable', `event ${record.id} is not a ${type}: ${why}`, { type, id: record.id });
    }
  }

  private codec(type: string): MessageCodec<unknown> {
    const codec = Object.hasOwn(this.types, type) ? this.types[type] : undefined;
    if (!codec) throw new Problem('invalid', 'events/undeclared-type', `${type} is not declared on ${this.name}`, { type });
    return codec;
  }
}

/** Declares a topic with the messages it may carry. */
export function declareTopic<const Types extends Codecs>(declaration: TopicDeclaration<Types>): Topic<Types> {
  return new Topic(declaration);
}

/** Every topic a process may publish to or read; anything outside it is refused before it is written. */
export class TopicCatalogue {
  private readonly byName: ReadonlyMap<string, Topic>;

  constructor(readonly topics: readonly Topic[]) {
    this.byName = new Map(topics.map((topic) => [topic.name, topic]));
    if (this.byName.size !== topics.length) throw new Error('a topic is declared twice');
  }

  /** @throws Problem `events/undeclared-topic` */
  topic(name: string): Topic {
    const topic = this.byName.get(name);
    if (!topic) throw new Problem('invalid', 'events/undeclared-topic', `no topic ${name} is declared`, { topic: name });
    return topic;
  }

  /** @throws Problem where the record's topic, or its type on that topic, is not declared */
  check(record: EventRecord): Topic {
    const topic = this.topic(record.topic);
    if (Object.hasOwn(topic.types, record.type)) return topic;
    throw new Problem('invalid', 'events/undeclared-type', `${record.type} is not declared on ${record.topic}`, {
      topic: record.topic,
      type: record.type,
    });
  }
}
