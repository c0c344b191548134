import type { DataSource, EntityManager } from 'typeorm';
import { withPlatformScope } from '#libs/database';
import type { EventRecord } from './event-record.js';

/** Remembers which events a group has handled, in the same transaction as their effect. */
export class Inbox {
  /**
   * Records the events and answers those that are new to the group, each once, in the order given. Where another
   * transaction is handling one of them, this waits for its end.
   */
  async claim(tx: EntityManager, group: string, records: readonly EventRecord[]): Promise<readonly EventRecord[]> {
    const rows: readonly { readonly event_id: string }[] = await tx.query(
      `insert into inbox (consumer_group, event_id, workspace)
       select $1, t.event_id, t.workspace from unnest($2::text[], $3::text[]) as t(event_id, workspace)
       on conflict do nothing returning event_id`,
      [group, records.map((record) => record.id), records.map((record) => record.workspace)],
    );
    const fresh = new Set(rows.map((row) => row.event_id));
    return records.filter((record) => fresh.delete(record.id));
  }

  /** Forgets at most `limit` events handled before `before`; keep them for longer than the log keeps its events. */
  async prune(db: DataSource, before: Date, limit: number): Promise<void> {
    await withPlatformScope(db, (tx) =>
      tx.query('delete from inbox where ctid = any(array(select ctid from inbox where handled_at < $1 limit $2))', [
        before,
        limit,
      ]),
    );
  }
}
