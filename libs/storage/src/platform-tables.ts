import { protectTable } from '#libs/database';
import { outboxTables } from '#libs/events';

/** Statements that begin every service's first migration: outbox, inbox, and the keys of requests that must count once. */
export function platformTables(): readonly string[] {
  return [
    ...outboxTables(),
    `create table idempotency (
       workspace text not null,
       operation text not null,
       key text not null,
       request_digest text not null,
       result_id text not null,
       created_at timestamptz(3) not null default now(),
       primary key (workspace, operation, key)
     )`,
    ...protectTable('idempotency'),
  ];
}
