import { protectTable, sqlMigration } from '#libs/database';
import { platformTables } from '#libs/storage';

/** Endpoints, what answers behind them, and every decision. */
export const servingTables = sqlMigration('20261124T0005-serving', [
  ...platformTables(),
  `create table endpoint (
     id text primary key,
     workspace text not null,
     name text not null,
     use_case_id text not null,
     baseline_version_id text not null,
     created_at timestamptz(3) not null,
     constraint endpoint_name unique (workspace, name)
   )`,
  `create index endpoint_use_case on endpoint (workspace, use_case_id)`,
  ...protectTable('endpoint', { platformScope: true }),
  `create table deployment (
     endpoint_id text not null references endpoint (id),
     version_id text not null,
     workspace text not null,
     artifact_hash text not null,
     feature_service_id text not null,
     threshold double precision not null,
     deployed_at timestamptz(3) not null,
     primary key (endpoint_id, version_id)
   )`,
  ...protectTable('deployment'),
  `create table route (
     endpoint_id text not null references endpoint (id),
     sequence integer not null check (sequence > 0),
     workspace text not null,
     effective_from timestamptz(3),
     champion_version_id text not null,
     challenger_version_id text,
     percent integer not null check (percent between 0 and 100),
     rollout_number integer not null,
     primary key (endpoint_id, sequence)
   )`,
  ...protectTable('route'),
  `create table rollout (
     id text primary key,
     workspace text not null,
     endpoint_id text not null references endpoint (id),
     number integer not null check (number > 0),
     version_id text not null,
     steps integer[] not null,
     percent integer not null check (percent between 0 and 100),
     state text not null check (state in ('running', 'completed', 'rolled_back')),
     reason text,
     created_at timestamptz(3) not null,
     constraint rollout_number unique (endpoint_id, number)
   )`,
  `create unique index rollout_running on rollout (endpoint_id) where state = 'running'`,
  ...protectTable('rollout'),
  `create table decision_layout (
     workspace text not null,
     id text not null,
     request json not null,
     features json not null,
     primary key (workspace, id)
   )`,
  ...protectTable('decision_layout'),
  `create table decision (
     id text primary key,
     workspace text not null,
     endpoint_id text not null,
     version_id text not null,
     arm text not null check (arm in ('champion', 'challenger')),
     decided_at timestamptz(3) not null,
     row_key text not null,
     probability double precision not null,
     threshold double precision not null,
     proposed_act boolean not null,
     baseline_act boolean,
     layout_id text not null,
     request json not null,
     features json not null
   )`,
  `create index decision_order on decision (workspace, endpoint_id, decided_at, id)`,
  ...protectTable('decision'),
  `create table decision_override (
     id text primary key,
     workspace text not null,
     decision_id text not null references decision (id),
     act boolean not null,
     overridden_by text not null,
     reason text not null,
     overridden_at timestamptz(3) not null
   )`,
  `create index decision_override_decision on decision_override (decision_id, overridden_at)`,
  ...protectTable('decision_override'),
  // How far the spool of a process has reached this table, in the same transaction as what it brought.
  `create table spool_position (
     workspace text not null,
     spool_id text not null,
     position bigint not null,
     primary key (workspace, spool_id)
   )`,
  ...protectTable('spool_position'),
]);
