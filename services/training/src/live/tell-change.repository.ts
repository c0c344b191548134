import type { EntityManager } from 'typeorm';
import { CHANGES_CHANNEL } from './changes.listener.js';

/** Tells, with the commit of `tx`, that the record changed. */
export async function tellChange(tx: EntityManager, id: string): Promise<void> {
  await tx.query(`select pg_notify($1, $2)`, [CHANGES_CHANNEL, id]);
}
