export {
  createDataSource,
  databaseOptions,
  LOCK_TIMEOUT_MS,
  STATEMENT_TIMEOUT_MS,
  TRANSACTION_TIMEOUT_MS,
  type DatabaseOptions,
} from './data-source.js';
export { databaseProblem, type Conflicts } from './database-problem.js';
export { migrate, type MigrateOptions } from './migrate.js';
export { sqlMigration, type MigrationClass, type MigrationName } from './migration.js';
export { DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE, pageOf, pageSize, type Page, type PageOrder, type PageRequest } from './page.js';
export { provision, type Provisioning } from './provision.js';
export { EVENT_LOG, ownerRole, runtimeRole, schemaName, urlFor } from './roles.js';
export { protectTable, tablesWithoutWorkspace, unprotectedTables, type ProtectOptions } from './row-security.js';
export { withPlatformScope, withWorkspace, type WorkspaceWork } from './with-workspace.js';
