import type { DataSource, EntityManager } from 'typeorm';
import { Problem } from '#libs/problem';
import { databaseProblem, type Conflicts } from './database-problem.js';
import { SCOPE_SETTING, WORKSPACE_SETTING } from './row-security.js';

/** Work inside one transaction of one workspace. */
export type WorkspaceWork<T> = (tx: EntityManager) => Promise<T>;

/**
 * Runs `work` in one transaction bound to `workspace`: row-level security sees only its rows. The setting is local to the
 * transaction, because a session setting would leak to the next borrower of the pooled connection.
 * @param conflicts the problem to answer with where a named constraint refuses the write
 * @throws Problem of the database by `databaseProblem`; whatever `work` throws rolls the transaction back and passes on
 */
export async function withWorkspace<T>(
  db: DataSource,
  workspace: string,
  work: WorkspaceWork<T>,
  conflicts: Conflicts = {},
): Promise<T> {
  if (workspace === '') throw new Problem('invalid', 'database/workspace', 'a workspace must be named');
  return inTransaction(db, WORKSPACE_SETTING, workspace, work, conflicts);
}

/**
 * Runs `work` over the rows of all workspaces, in tables that were protected with `platformScope`. For leased background work
 * only, never on behalf of a caller.
 */
export function withPlatformScope<T>(db: DataSource, work: WorkspaceWork<T>): Promise<T> {
  return inTransaction(db, SCOPE_SETTING, 'platform', work, {});
}

async function inTransaction<T>(
  db: DataSource,
  setting: string,
  value: string,
  work: WorkspaceWork<T>,
  conflicts: Conflicts,
): Promise<T> {
  try {
    return await db.transaction(async (tx) => {
      await tx.query(`select set_config($1, $2, true)`, [setting, value]);
      return work(tx);
    });
  } catch (error) {
    throw databaseProblem(error, conflicts);
  }
}
