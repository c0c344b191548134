import { fromHeaders, toHeaders, type EventHeaders, type EventRecord } from '../event-record.js';
import type { DeadLetter, DeadLetterQuery } from '../event-log.js';
import { partitionOf } from '../partition.js';
import type { TopicCatalogue } from '../topic.js';
import type { PostgresSession } from './session.js';
import * as statements from './statements.js';

interface DeadLetterRow {
  readonly id: string;
  readonly grp: string;
  readonly topic: string;
  readonly key: string;
  readonly headers: EventHeaders;
  readonly payload: Buffer;
  readonly reason: string;
  readonly attempts: number;
  readonly parked_at: Date;
}

const MAX_PAGE = 100;
const MAX_REASON_CHARS = 2_000;

/** Events set aside, in a table of the log. */
export class DeadLetterStore {
  constructor(
    private readonly session: PostgresSession,
    private readonly catalogue: TopicCatalogue,
  ) {}

  async park(group: string, record: EventRecord, why: { readonly reason: string; readonly attempts: number }): Promise<void> {
    const { topic, key, id, workspace, payload } = record;
    const part = partitionOf(key, this.catalogue.topic(topic).partitions);
    const reason = why.reason.slice(0, MAX_REASON_CHARS);
    const headers = JSON.stringify(toHeaders(record));
    await this.session.query(statements.PARK, [
      group,
      topic,
      part,
      key,
      id,
      workspace,
      headers,
      Buffer.from(payload),
      reason,
      why.attempts,
    ]);
  }

  async page({ group, workspace, limit = MAX_PAGE, after = '0' }: DeadLetterQuery): Promise<readonly DeadLetter[]> {
    const most = Math.min(Math.max(1, limit), MAX_PAGE);
    const rows = await this.session.query<DeadLetterRow>(statements.DEAD_LETTERS, [group, workspace ?? null, after, most]);
    return rows.map((row) => ({
      id: row.id,
      group: row.grp,
      record: fromHeaders(row.headers, row.topic, row.key, row.payload),
      reason: row.reason,
      attempts: row.attempts,
      parkedAt: row.parked_at,
    }));
  }

  async replay(group: string, ids: readonly string[]): Promise<number> {
    const [row] = await this.session.query<{ readonly replayed: number }>(statements.REPLAY, [group, ids]);
    return row?.replayed ?? 0;
  }
}
