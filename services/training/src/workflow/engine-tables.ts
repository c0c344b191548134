/**
 * Tables of the workflow engine in training's schema. They hold ids, hashes and measures, and no workspace: the engine knows none, and
 * only the replica that executes reads them.
 */
export const WORKFLOW_ENGINE_TABLES: readonly string[] = [
  'application_versions',
  'dbos_migrations',
  'event_dispatch_kv',
  'notifications',
  'operation_outputs',
  'queues',
  'streams',
  'workflow_events',
  'workflow_events_history',
  'workflow_input',
  'workflow_output',
  'workflow_schedules',
  'workflow_status',
];
