export { EventConsumer, type EventConsumerOptions, type RetryPolicy } from './event-consumer.js';
export { onEvent, onEvents, type ConsumedEvent, type EventHandler } from './event-handler.js';
export type {
  AssignedPartition,
  DeadLetter,
  DeadLetterQuery,
  Delivery,
  EventLog,
  StartingPoint,
  Subscription,
  SubscriptionRequest,
} from './event-log.js';
export {
  fromHeaders,
  MAX_PAYLOAD_BYTES,
  MAX_PUBLISH_RECORDS,
  toHeaders,
  type EventHeaders,
  type EventRecord,
} from './event-record.js';
export { Inbox } from './inbox.js';
export { Outbox } from './outbox.js';
export { OutboxRelay, type OutboxRelayOptions } from './outbox-relay.js';
export { outboxTables } from './outbox-tables.js';
export { migrateEventLog } from './postgres/migrations.js';
export { PostgresEventLog, type PostgresEventLogOptions } from './postgres/postgres-event-log.js';
export type { Report } from './report.js';
export {
  declareTopic,
  Topic,
  TopicCatalogue,
  type Codecs,
  type FactOf,
  type MessageCodec,
  type MessageOf,
  type TopicDeclaration,
} from './topic.js';
