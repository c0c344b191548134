import type { EntityManager } from 'typeorm';
import { Problem } from '#libs/problem';
import { digestOf } from './audit-trail.js';

export interface OnceRequest {
  readonly workspace: string;
  /** Name of the mutation. */
  readonly operation: string;
  /** The caller's key; without one, every call counts. */
  readonly key: string | null | undefined;
  /** What was asked: the same key with another request is refused. */
  readonly request: unknown;
}

/**
 * Lets a mutation count once per key: the first call's `create` runs and its id is kept in the same transaction; a repetition answers
 * that id without running it. Two at once: the second waits for the first's commit.
 * @throws Problem conflict `idempotency/other-request` where the key was used for a different request
 */
export async function once(
  tx: EntityManager,
  { workspace, operation, key, request }: OnceRequest,
  create: () => Promise<string>,
): Promise<{ readonly id: string; readonly repeated: boolean }> {
  if (!key) return { id: await create(), repeated: false };
  await tx.query(`select pg_advisory_xact_lock(hashtextextended($1, 0))`, [`${workspace}/${operation}/${key}`]);
  const digest = digestOf(request);
  const [known] = (await tx.query(
    `select request_digest, result_id from idempotency where workspace = $1 and operation = $2 and key = $3`,
    [workspace, operation, key],
  )) as readonly {
    readonly request_digest: string;
    readonly result_id: string;
  }[];
  if (known && known.request_digest !== digest) {
    throw new Problem('conflict', 'idempotency/other-request', `the key ${key} was used for another request of ${operation}`, {
      operation,
      key,
    });
  }
  if (known) return { id: known.result_id, repeated: true };
  const id = await create();
  await tx.query(`insert into idempotency (workspace, operation, key, request_digest, result_id) values ($1, $2, $3, $4, $5)`, [
    workspace,
    operation,
    key,
    digest,
    id,
  ]);
  return { id, repeated: false };
}
