import { protectTable, sqlMigration } from '#libs/database';
import { onlineStoreTables } from '#libs/online-store';
import { platformTables } from '#libs/storage';

/** Entities, views, services, the jobs that bring views online, training sets, and the online values themselves. */
export const featuresTables = sqlMigration('20261123T2335-features', [
  ...platformTables(),
  ...onlineStoreTables(),
  `create table entity (
     id text primary key,
     workspace text not null,
     name text not null,
     description text not null,
     keys text[] not null,
     created_at timestamptz(3) not null,
     constraint entity_name unique (workspace, name)
   )`,
  ...protectTable('entity'),
  `create table feature_view (
     id text primary key,
     workspace text not null,
     name text not null,
     entity_id text not null references entity (id),
     kind text not null check (kind in ('latest', 'window')),
     source_dataset_id text not null,
     key_columns text[] not null,
     known_time_column text not null,
     event_time_column text check ((kind = 'latest') = (event_time_column is not null)),
     max_age_ms double precision check (kind = 'latest' or max_age_ms is null),
     features jsonb not null,
     created_at timestamptz(3) not null,
     constraint feature_view_name unique (workspace, name)
   )`,
  `create index feature_view_source on feature_view (workspace, source_dataset_id)`,
  ...protectTable('feature_view'),
  `create table feature_service (
     id text primary key,
     workspace text not null,
     name text not null,
     description text not null,
     request_columns jsonb not null,
     row_key text not null,
     features jsonb not null,
     created_at timestamptz(3) not null,
     constraint feature_service_name unique (workspace, name)
   )`,
  ...protectTable('feature_service'),
  `create table materialization (
     id text primary key,
     workspace text not null,
     feature_view_id text not null references feature_view (id),
     dataset_version_id text not null,
     state text not null check (state in ('running', 'finished', 'failed', 'cancelled')),
     progress double precision not null,
     entries integer not null,
     skipped_rows integer not null,
     fraction_bits jsonb not null,
     detail text,
     requested_by text not null,
     requested_at timestamptz(3) not null,
     ended_at timestamptz(3) check ((state = 'running') = (ended_at is null))
   )`,
  `create index materialization_view on materialization (workspace, feature_view_id, requested_at desc)`,
  // Asked for twice, a version of a view is brought online once.
  `create unique index materialization_running on materialization (workspace, feature_view_id, dataset_version_id) where state = 'running'`,
  ...protectTable('materialization', { platformScope: true }),
  `create table materialization_lease (
     materialization_id text primary key references materialization (id),
     workspace text not null,
     owner text not null,
     until timestamptz(3) not null,
     attempts integer not null default 1
   )`,
  ...protectTable('materialization_lease', { platformScope: true }),
  `create table training_set (
     id text primary key,
     workspace text not null,
     definition_digest text not null,
     feature_service_id text not null references feature_service (id),
     dataset_version_id text not null,
     moment_column text not null,
     label_column text not null,
     label_known_column text not null,
     "from" timestamptz(3) not null,
     "to" timestamptz(3) not null,
     known_until timestamptz(3) not null,
     dataset_version_ids text[] not null,
     object_hash text not null,
     object_size_bytes bigint not null,
     evidence_hash text not null,
     rows integer not null,
     labelled_rows integer not null,
     leak_report jsonb not null,
     statistics jsonb not null,
     created_at timestamptz(3) not null,
     constraint training_set_definition unique (workspace, definition_digest)
   )`,
  ...protectTable('training_set'),
]);
