import { protectTable, sqlMigration } from '#libs/database';
import { platformTables } from '#libs/storage';

/** Monitors, what they watch, and what they found. */
export const monitoringTables = sqlMigration('20261123T2340-monitoring', [
  ...platformTables(),
  `create table monitor (
     id text primary key,
     workspace text not null,
     endpoint_id text not null,
     use_case_id text not null,
     champion_version_id text,
     baseline_version_id text,
     contract jsonb,
     complete_until timestamptz(3),
     tested_until timestamptz(3),
     evaluated_until timestamptz(3),
     created_at timestamptz(3) not null,
     constraint monitor_endpoint unique (workspace, endpoint_id)
   )`,
  ...protectTable('monitor', { platformScope: true }),
  `create table served_batch (
     workspace text not null,
     id text not null,
     endpoint_id text not null,
     columns bytea not null,
     primary key (workspace, id)
   )`,
  ...protectTable('served_batch'),
  // Keys of what callers name begin with the workspace: nobody's id may collide with another tenant's.
  `create table decision (
     workspace text not null,
     id text not null,
     endpoint_id text not null,
     row_key text not null,
     decided_at timestamptz(3) not null,
     version_id text not null,
     arm text not null check (arm in ('champion', 'challenger')),
     probability double precision not null,
     threshold double precision not null,
     act boolean not null,
     baseline_act boolean,
     batch_id text not null,
     batch_row integer not null,
     primary key (workspace, id),
     foreign key (workspace, batch_id) references served_batch (workspace, id)
   )`,
  `create index decision_moment on decision (workspace, endpoint_id, decided_at, row_key, id)`,
  ...protectTable('decision'),
  // Apart from the decision, because its event may come first.
  `create table decision_override (
     workspace text not null,
     decision_id text not null,
     act boolean not null,
     overridden_by text not null,
     primary key (workspace, decision_id)
   )`,
  ...protectTable('decision_override'),
  `create table outcome (
     workspace text not null,
     decision_id text not null,
     known_at timestamptz(3) not null,
     endpoint_id text not null,
     outcome boolean not null,
     reported_at timestamptz(3) not null,
     joined boolean not null,
     primary key (workspace, decision_id, known_at)
   )`,
  // Outcomes that came before their decision: the test of their day waits for it.
  `create index outcome_unjoined on outcome (workspace, endpoint_id, known_at) where not joined`,
  ...protectTable('outcome', { platformScope: true }),
  `create table watched_version (
     workspace text not null,
     monitor_id text not null references monitor (id),
     version_id text not null,
     kind text not null check (kind in ('unknown', 'rule', 'trained')),
     feature_service_id text not null,
     day_shock_variance double precision not null,
     acted_day_shock_variance double precision not null,
     reference_kind text not null check (reference_kind in ('training-set', 'first-window')),
     reference bytea,
     reference_window timestamptz(3),
     calibration jsonb,
     primary key (workspace, monitor_id, version_id)
   )`,
  ...protectTable('watched_version'),
  `create table calibration_day (
     workspace text not null,
     monitor_id text not null references monitor (id),
     version_id text not null,
     day date not null,
     decisions integer not null,
     excess double precision not null,
     evidence double precision not null,
     primary key (workspace, monitor_id, version_id, day)
   )`,
  ...protectTable('calibration_day'),
  // Windows and months whose numbers are older than what they rest on.
  `create table stale_period (
     workspace text not null,
     monitor_id text not null references monitor (id),
     kind text not null check (kind in ('window', 'month')),
     starts_on date not null,
     marked_at timestamptz(3) not null,
     primary key (workspace, monitor_id, kind, starts_on)
   )`,
  ...protectTable('stale_period', { platformScope: true }),
  `create table monitor_window (
     id text primary key,
     workspace text not null,
     monitor_id text not null references monitor (id),
     starts_at timestamptz(3) not null,
     ends_at timestamptz(3) not null,
     segments jsonb not null,
     drift jsonb not null,
     closed boolean not null,
     constraint monitor_window_start unique (workspace, monitor_id, starts_at)
   )`,
  ...protectTable('monitor_window', { platformScope: true }),
  `create table month_value (
     workspace text not null,
     monitor_id text not null references monitor (id),
     month date not null,
     version_id text not null,
     arm text not null,
     decisions integer not null,
     labelled integer not null,
     value_minor_units bigint not null,
     missed_minor_units bigint not null,
     currency text not null,
     primary key (workspace, monitor_id, month, version_id, arm)
   )`,
  ...protectTable('month_value'),
  `create table skew_check (
     workspace text not null,
     monitor_id text not null references monitor (id),
     starts_at timestamptz(3) not null,
     decisions integer not null,
     compared_values bigint not null,
     different integer not null,
     features text[] not null,
     primary key (workspace, monitor_id, starts_at)
   )`,
  ...protectTable('skew_check', { platformScope: true }),
  `create table alert (
     id text primary key,
     sequence bigint generated always as identity,
     workspace text not null,
     monitor_id text not null references monitor (id),
     endpoint_id text not null,
     use_case_id text not null,
     version_id text not null,
     kind text not null check (kind in ('calibration', 'skew')),
     state text not null check (state in ('raised', 'acknowledged', 'resolved')),
     summary text not null,
     calibration_gap_points double precision,
     decisions integer not null,
     cost_per_month jsonb,
     cost_per_month_low jsonb,
     cost_per_month_high jsonb,
     promised_per_month jsonb,
     realised_per_month jsonb,
     raised_at timestamptz(3) not null,
     since timestamptz(3),
     repeats integer not null,
     acknowledged_by text,
     acknowledged_at timestamptz(3),
     assignee text,
     resolved_by text,
     resolved_at timestamptz(3),
     resolution text,
     recorded_at timestamptz(3) not null
   )`,
  // One open alert for one cause: what is found again is counted on it.
  `create unique index alert_open on alert (workspace, monitor_id, version_id, kind) where state <> 'resolved'`,
  `create index alert_sequence on alert (sequence)`,
  `create index alert_newest on alert (workspace, raised_at, id)`,
  ...protectTable('alert', { platformScope: true }),
]);
