/**
 * Tables of the workflow engine in training's schema. They hold ids, hashes and measures, and no workspace: the engine knows none, and
 * only the replica that executes reads them.
 */
export const WORKFLOW_ENGINE_TABLES: readonly string[] = ['dbos_migrations'];
