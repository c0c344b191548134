import { protectTable } from '#libs/database';

/** Statements for the migration of the service that keeps its online values in PostgreSQL. */
export function onlineStoreTables(): readonly string[] {
  return [
    `create table timeline_chunk (
       workspace text not null,
       generation text not null,
       entity_key text not null,
       first_known_ms bigint not null,
       payload bytea not null,
       primary key (workspace, generation, entity_key, first_known_ms)
     )`,
    // Payloads are dense already: an attempt to compress them would only cost time.
    `alter table timeline_chunk alter column payload set storage external`,
    ...protectTable('timeline_chunk'),
    `create table timeline_head (
       workspace text not null,
       view text not null,
       generation text not null,
       primary key (workspace, view)
     )`,
    ...protectTable('timeline_head'),
  ];
}
