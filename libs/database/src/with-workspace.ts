import type { DataSource, EntityManager } from 'typeorm';

/** Work inside one transaction of one workspace. */
export type WorkspaceWork<T> = (tx: EntityManager) => Promise<T>;

/**
 * Runs `work` in one transaction bound to `workspace`: row-level security sees only its rows. The setting is local to the
 * transaction, because a session setting would leak to the next borrower of the pooled connection.
 */
export function withWorkspace<T>(db: DataSource, workspace: string, work: WorkspaceWork<T>): Promise<T> {
  return db.transaction(async (tx) => {
    await tx.query(`select set_config('millrace.workspace', $1, true)`, [workspace]);
    return work(tx);
  });
}
