import { protectTable, runtimeRole, sqlMigration } from '#libs/database';
import { platformTables } from '#libs/storage';

const USE_CASES = [
  `create table use_case (
     id text primary key,
     workspace text not null,
     name text not null,
     decision text not null,
     positive_class text not null,
     owner text not null,
     risk_class text not null check (risk_class in ('minimal', 'limited', 'high', 'prohibited')),
     risk_reviewed_by text not null,
     risk_reviewed_at timestamptz(3) not null,
     monthly_volume integer not null check (monthly_volume > 0),
     monthly_cost jsonb not null,
     kpi text not null,
     roles jsonb not null,
     created_at timestamptz(3) not null,
     constraint use_case_name unique (workspace, name)
   )`,
  // Background work finds the workspaces there are.
  ...protectTable('use_case', { platformScope: true }),
  `create table deployment (
     endpoint_id text primary key,
     workspace text not null,
     use_case_id text not null,
     name text not null,
     created_at timestamptz(3) not null
   )`,
  ...protectTable('deployment'),
];

const CONTRACTS = [
  `create table metric_contract (
     id text primary key,
     workspace text not null,
     use_case_id text not null references use_case (id),
     revision integer not null check (revision > 0),
     terms jsonb not null,
     content_hash text not null,
     proposed_by text not null,
     proposed_at timestamptz(3) not null,
     signed_at timestamptz(3),
     constraint metric_contract_revision unique (workspace, use_case_id, revision)
   )`,
  ...protectTable('metric_contract'),
  // One signature a side, and never twice the same person: the domain says it, and the table says it again.
  `create table metric_contract_signature (
     workspace text not null,
     metric_contract_id text not null references metric_contract (id),
     side text not null check (side in ('business', 'science')),
     person text not null,
     role text not null,
     content_hash text not null,
     signed_at timestamptz(3) not null,
     primary key (metric_contract_id, side),
     constraint metric_contract_four_eyes unique (metric_contract_id, person)
   )`,
  ...protectTable('metric_contract_signature'),
];

const LEDGER = [
  `create table ledger_entry (
     id text not null,
     workspace text not null,
     use_case_id text not null,
     endpoint_id text not null,
     month date not null,
     model_version_id text not null,
     arm text not null,
     decisions bigint not null,
     decisions_with_outcome bigint not null,
     value_minor bigint not null,
     missed_minor bigint not null,
     currency text not null,
     known_until timestamptz(3) not null,
     first_recorded_at timestamptz(3) not null default now(),
     recorded_at timestamptz(3) not null default now(),
     primary key (workspace, id),
     check (decisions_with_outcome <= decisions)
   )`,
  `create index ledger_entry_use_case on ledger_entry (workspace, use_case_id, month)`,
  ...protectTable('ledger_entry'),
];

const AUDIT = [
  `create table audit_record (
     workspace text not null,
     sequence bigint not null check (sequence > 0),
     id text not null,
     service text not null,
     actor text not null,
     acted_as text not null,
     action text not null,
     subject_kind text not null,
     subject_id text not null,
     reason text not null,
     before_digest text not null,
     after_digest text not null,
     acted_at timestamptz(3) not null,
     previous_hash text not null,
     hash text not null,
     primary key (workspace, sequence),
     constraint audit_record_once unique (workspace, id)
   )`,
  `create index audit_record_subject on audit_record (workspace, subject_id, sequence)`,
  `create index audit_record_actor on audit_record (workspace, actor, acted_at)`,
  ...protectTable('audit_record'),
  `create table audit_head (
     workspace text primary key,
     sequence bigint not null,
     hash text not null
   )`,
  ...protectTable('audit_head'),
  // Records are appended and read. Whoever gets past this is found by verification.
  `revoke update, delete on audit_record from ${runtimeRole('governance')}`,
];

const MATURITY = [
  `create table declared_level (
     id text primary key,
     workspace text not null,
     question text not null,
     level integer not null check (level between 1 and 5),
     note text not null,
     declared_by text not null,
     declared_as text not null,
     declared_at timestamptz(3) not null
   )`,
  `create index declared_level_question on declared_level (workspace, question, id)`,
  ...protectTable('declared_level'),
  `create table evidence_measure (
     workspace text not null,
     question text not null,
     day date not null,
     met integer not null check (met >= 0),
     observed integer not null check (observed >= met),
     explanation text not null,
     measured_at timestamptz(3) not null,
     primary key (workspace, question, day)
   )`,
  ...protectTable('evidence_measure'),
  `create table plan_item (
     id text primary key,
     workspace text not null,
     question text not null,
     from_level integer check (from_level between 1 and 5),
     to_level integer not null check (to_level between 2 and 5),
     action text not null,
     owner_role text not null,
     owner text not null,
     start_on date not null,
     due_on date not null check (due_on >= start_on),
     created_by text not null,
     created_at timestamptz(3) not null,
     reached_on date
   )`,
  ...protectTable('plan_item'),
];

/** Use cases, contracts, what they earned, who did what, and how mature that makes the company. */
export const governanceTables = sqlMigration('20261123T2345-governance', [
  ...platformTables(),
  ...USE_CASES,
  ...CONTRACTS,
  ...LEDGER,
  ...AUDIT,
  ...MATURITY,
]);
