import type { StartingPoint } from '../event-log.js';
import { fromHeaders, toHeaders, type EventHeaders, type EventRecord } from '../event-record.js';
import { partitionOf } from '../partition.js';
import type { Topic, TopicCatalogue } from '../topic.js';
import type { Claim, Position } from './claim.js';
import type { PostgresSession } from './session.js';
import * as statements from './statements.js';

/** What one partition had to offer. */
export interface Slice {
  readonly claim: Claim;
  readonly records: readonly EventRecord[];
  /** Where the group stands once the records are handled. */
  readonly end: Position | undefined;
  /** Events exist that cannot be ordered yet, because an older transaction is still open. */
  readonly held: boolean;
}

interface SliceRow {
  readonly slot: number;
  readonly held: boolean;
  readonly txid: string | null;
  readonly id: string;
  readonly key: string;
  readonly headers: EventHeaders;
  readonly payload: Buffer;
  readonly only_group: string | null;
}

/** Most payload bytes read for one partition at a time; one event always fits. */
const MAX_SLICE_BYTES = 2_000_000;

/** `-infinity` and `infinity` are moments to PostgreSQL, so every starting point is one. */
export function momentOf(from: StartingPoint): string {
  if (from === 'earliest') return '-infinity';
  return from === 'latest' ? 'infinity' : from.toISOString();
}

/** The statements of the log that move events; each is one round trip and one transaction. */
export class LogStore {
  constructor(
    private readonly session: PostgresSession,
    private readonly catalogue: TopicCatalogue,
  ) {}

  /** Creates topics, or answers what the log already holds of them. */
  declare(topics: readonly Topic[]): Promise<readonly { readonly name: string; readonly partitions: number }[]> {
    const columns = [topics.map((t) => t.name), topics.map((t) => t.partitions), topics.map((t) => t.retentionDays)];
    return this.session.query(statements.DECLARE, columns);
  }

  async append(records: readonly EventRecord[]): Promise<void> {
    const columns = [
      records.map((record) => record.topic),
      records.map((record) => partitionOf(record.key, this.catalogue.check(record).partitions)),
      records.map((record) => record.key),
      records.map((record) => JSON.stringify(toHeaders(record))),
      records.map((record) => Buffer.from(record.payload)),
    ];
    await this.session.query(statements.APPEND, columns, 'append');
  }

  async read(claims: readonly Claim[]): Promise<readonly Slice[]> {
    const rows = await this.session.query<SliceRow>(
      statements.READ,
      [
        claims.map((claim) => claim.topic),
        claims.map((claim) => claim.partition),
        claims.map((claim) => claim.position.txid),
        claims.map((claim) => claim.position.id),
        claims.map((claim) => claim.membership.batchSize),
        MAX_SLICE_BYTES,
      ],
      'read',
    );
    const bySlot = Map.groupBy(rows, (row) => row.slot);
    return claims.map((claim, index) => sliceOf(claim, bySlot.get(index + 1) ?? []));
  }

  /** False where the claim was fenced: another member owns the partition now. */
  async advance(claim: Claim, to: Position): Promise<boolean> {
    const values = [claim.membership.request.group, claim.topic, claim.partition, claim.epoch, to.txid, to.id];
    return (await this.session.query(statements.ADVANCE, values, 'advance')).length === 1;
  }

  async prune(most: number): Promise<void> {
    await this.session.query('select event_log.prune($1)', [most]);
  }
}

function sliceOf(claim: Claim, rows: readonly SliceRow[]): Slice {
  const found = rows.filter((row) => row.txid !== null);
  const last = found.at(-1);
  const mine = found.filter((row) => row.only_group === null || row.only_group === claim.membership.request.group);
  return {
    claim,
    records: mine.map((row) => fromHeaders(row.headers, claim.topic, row.key, row.payload)),
    end: last ? { txid: last.txid!, id: last.id } : undefined,
    held: rows[0]?.held ?? false,
  };
}
