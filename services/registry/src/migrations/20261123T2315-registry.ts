import { protectTable, sqlMigration } from '#libs/database';
import { platformTables } from '#libs/storage';

/** Models, their versions, tests and approvals. */
export const registryTables = sqlMigration('20261123T2315-registry', [
  ...platformTables(),
  `create table model (
     id text primary key,
     workspace text not null,
     name text not null,
     description text not null,
     use_case_id text not null,
     created_at timestamptz(3) not null,
     constraint model_name unique (workspace, name)
   )`,
  ...protectTable('model'),
  `create table model_version (
     id text primary key,
     workspace text not null,
     model_id text not null references model (id),
     number integer not null check (number > 0),
     kind text not null check (kind in ('rule', 'trained')),
     stage text not null check (stage in ('candidate', 'approved', 'retired')),
     expression text check ((kind = 'rule') = (expression is not null)),
     artifact jsonb not null,
     inputs jsonb not null,
     outputs jsonb not null,
     threshold double precision not null,
     feature_service_id text not null,
     run_id text check ((kind = 'trained') = (run_id is not null)),
     metric_contract_id text,
     parity_rows jsonb,
     evaluation jsonb,
     training_set_ids text[] not null,
     created_at timestamptz(3) not null,
     constraint model_version_number unique (workspace, model_id, number)
   )`,
  // One run registers one version: a pipeline step that is tried again finds what it made.
  `create unique index model_version_run on model_version (workspace, run_id) where run_id is not null`,
  ...protectTable('model_version'),
  `create table model_alias (
     workspace text not null,
     model_id text not null references model (id),
     alias text not null,
     model_version_id text not null references model_version (id),
     primary key (workspace, model_id, alias)
   )`,
  ...protectTable('model_alias'),
  `create table gate_result (
     id text primary key,
     workspace text not null,
     model_version_id text not null references model_version (id),
     kind text not null,
     passed boolean not null,
     measured double precision not null,
     "limit" double precision not null,
     detail text not null,
     tested_at timestamptz(3) not null
   )`,
  `create index gate_result_version on gate_result (workspace, model_version_id, kind, tested_at)`,
  ...protectTable('gate_result'),
  `create table promotion (
     id text primary key,
     workspace text not null,
     model_version_id text not null references model_version (id),
     state text not null check (state in ('requested', 'approved', 'rejected', 'voided')),
     requested_by text not null,
     requested_at timestamptz(3) not null,
     decided_by text,
     decided_at timestamptz(3),
     reason text,
     content_hash text not null,
     constraint promotion_four_eyes check (state <> 'approved' or decided_by <> requested_by)
   )`,
  `create unique index promotion_open on promotion (workspace, model_version_id) where state = 'requested'`,
  ...protectTable('promotion'),
]);
