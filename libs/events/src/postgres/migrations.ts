import { EVENT_LOG, migrate, runtimeRole, sqlMigration } from '#libs/database';

const SERVING = runtimeRole(EVENT_LOG);

const TOPIC = `
  create table topic (
    name text primary key,
    partitions int not null check (partitions between 1 and 64),
    retention_days int not null check (retention_days > 0)
  )`;

// Readers go by (txid, id) below the snapshot's xmin: ids alone are handed out before commits and would lose a slow writer.
const EVENT = `
  create table event (
    topic text not null,
    part int not null,
    txid xid8 not null default pg_current_xact_id(),
    id bigint generated always as identity,
    key text not null,
    headers jsonb not null,
    payload bytea not null,
    only_group text,
    published_at timestamptz not null default clock_timestamp(),
    primary key (topic, part, txid, id)
  )`;

// The epoch fences a member that was declared gone and comes back: its offset no longer counts.
const CURSOR = `
  create table cursor (
    grp text not null,
    topic text not null,
    part int not null,
    txid xid8 not null,
    id bigint not null,
    epoch bigint not null default 0,
    owner uuid,
    primary key (grp, topic, part)
  ) with (fillfactor = 50)`;

const MEMBER = `
  create table member (
    grp text not null,
    member uuid not null,
    topics text[] not null,
    seen_at timestamptz not null,
    primary key (grp, member)
  ) with (fillfactor = 50)`;

const DEAD_LETTER = `
  create table dead_letter (
    id bigint generated always as identity primary key,
    grp text not null,
    topic text not null,
    part int not null,
    key text not null,
    event_id text not null,
    workspace text not null,
    headers jsonb not null,
    payload bytea not null,
    reason text not null,
    attempts int not null,
    parked_at timestamptz not null default clock_timestamp(),
    replayed_at timestamptz,
    unique (grp, event_id)
  )`;

const PRUNE = `
  create function prune(most int) returns bigint language sql security definer set search_path = event_log, pg_temp as $$
    with gone as (
      delete from event where ctid = any(array(
        select e.ctid from event e join topic t on t.name = e.topic
        where e.published_at < clock_timestamp() - make_interval(days => t.retention_days) limit most))
      returning 1)
    select count(*) from gone
  $$`;

const log = sqlMigration('20261123T2300-log', [
  TOPIC,
  EVENT,
  'create index event_published_at on event using brin (published_at)',
  CURSOR,
  MEMBER,
  DEAD_LETTER,
  PRUNE,
  // Services append events and read them; only `prune` removes any, by age.
  `revoke update, delete on event from ${SERVING}`,
  `revoke delete on topic, dead_letter from ${SERVING}`,
]);

/**
 * Brings the log's own schema forward; safe to run from several processes at once. The schema and its roles come from
 * `provision` with `EVENT_LOG` among the services.
 * @param ownerUrl the owner role of `EVENT_LOG`
 */
export async function migrateEventLog(ownerUrl: string): Promise<void> {
  await migrate({ service: EVENT_LOG, ownerUrl, migrations: [log] });
}
