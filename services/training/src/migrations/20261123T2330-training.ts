import { protectTable, sqlMigration } from '#libs/database';
import { platformTables } from '#libs/storage';

/** Experiments, runs and pipelines. */
export const trainingTables = sqlMigration('20261123T2330-training', [
  ...platformTables(),
  `create table experiment (
     id text primary key,
     workspace text not null,
     name text not null,
     created_at timestamptz(3) not null,
     constraint experiment_name unique (workspace, name)
   )`,
  ...protectTable('experiment'),
  `create table run (
     id text primary key,
     workspace text not null,
     experiment_id text not null references experiment (id),
     state text not null check (state in ('running', 'finished', 'failed', 'cancelled')),
     parameters jsonb not null,
     training_set_ids text[] not null,
     started_at timestamptz(3) not null,
     ended_at timestamptz(3) check ((state = 'running') = (ended_at is null))
   )`,
  `create index run_experiment on run (workspace, experiment_id, started_at, id)`,
  ...protectTable('run'),
  `create table run_metric (
     workspace text not null,
     run_id text not null references run (id),
     name text not null,
     step integer not null,
     value double precision not null,
     at timestamptz(3) not null,
     position bigint generated always as identity,
     primary key (run_id, name, step)
   )`,
  // One process logs a run, so positions grow as points become visible: a reader follows them without a gap.
  `create index run_metric_position on run_metric (run_id, position)`,
  ...protectTable('run_metric'),
  `create table run_artifact (
     workspace text not null,
     run_id text not null references run (id),
     name text not null,
     hash text not null,
     size_bytes bigint not null,
     media_type text not null,
     primary key (run_id, name)
   )`,
  ...protectTable('run_artifact'),
  `create table pipeline (
     id text primary key,
     workspace text not null,
     name text not null,
     model_id text not null,
     feature_service text not null,
     dataset text not null,
     moment_column text not null,
     label_column text not null,
     label_known_column text not null,
     trainer jsonb not null,
     trigger jsonb,
     created_at timestamptz(3) not null,
     constraint pipeline_name unique (workspace, name)
   )`,
  `create index pipeline_trigger on pipeline (workspace, (trigger ->> 'endpointId')) where trigger is not null`,
  ...protectTable('pipeline'),
  `create table pipeline_run (
     id text primary key,
     workspace text not null,
     pipeline_id text not null references pipeline (id),
     state text not null check (state in ('running', 'registered', 'refused', 'failed', 'cancelled')),
     plan jsonb not null,
     steps jsonb not null,
     step_progress real not null,
     run_id text not null unique references run (id),
     model_version_id text check ((state = 'registered') = (model_version_id is not null)),
     reason text,
     alert_id text,
     comparison jsonb,
     cancel_requested boolean not null,
     revision integer not null,
     started_at timestamptz(3) not null,
     ended_at timestamptz(3) check ((state = 'running') = (ended_at is null)),
     constraint pipeline_run_alert unique (pipeline_id, alert_id)
   )`,
  `create index pipeline_run_of on pipeline_run (workspace, pipeline_id, started_at, id)`,
  // The one replica that executes looks for work over all workspaces.
  `create index pipeline_run_open on pipeline_run (started_at) where state = 'running'`,
  ...protectTable('pipeline_run', { platformScope: true }),
  `create table step_result (
     workspace text not null,
     key text not null,
     step text not null,
     output jsonb not null,
     made_at timestamptz(3) not null default now(),
     primary key (workspace, key)
   )`,
  ...protectTable('step_result'),
]);

/**
 * The workflow engine makes its own tables, as the owner. Its first migration would make the schema, a right of whoever provisions;
 * stating that this is done lets it begin with the second.
 */
export const workflowEngineStart = sqlMigration('20261123T2331-workflow-engine', [
  `create table dbos_migrations (version bigint not null, constraint dbos_migrations_pkey primary key (version))`,
  `insert into dbos_migrations (version) values (1)`,
]);
