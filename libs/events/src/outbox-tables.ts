import { protectTable } from '#libs/database';

/**
 * Statements for a service's first migration: its `outbox` and `inbox`. Both are closed by row-level security like any table,
 * so an event cannot be appended for another workspace than the transaction's; the relay reads them over all workspaces.
 */
export function outboxTables(): readonly string[] {
  return [
    `create table outbox (
       position bigint generated always as identity primary key,
       topic text not null,
       key text not null,
       workspace text not null,
       headers jsonb not null,
       payload bytea not null,
       appended_at timestamptz not null default clock_timestamp()
     )`,
    ...protectTable('outbox', { platformScope: true }),
    `create table inbox (
       consumer_group text not null,
       event_id text not null,
       workspace text not null,
       handled_at timestamptz not null default clock_timestamp(),
       primary key (consumer_group, event_id)
     )`,
    `create index inbox_handled_at on inbox using brin (handled_at)`,
    ...protectTable('inbox', { platformScope: true }),
  ];
}
