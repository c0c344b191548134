import type { EntityManager } from 'typeorm';
import { schemaName } from '#libs/database';
import { checkRecord, toHeaders, type EventRecord } from './event-record.js';
import type { TopicCatalogue } from './topic.js';

/** The NOTIFY channel that wakes the relay of a service. */
export function outboxChannel(schema: string): string {
  return `millrace_outbox_${schemaName(schema)}`;
}

// The notification leaves with the commit, and PostgreSQL folds equal ones of a transaction into one.
const INSERT = `
  with added as (
    insert into outbox (topic, key, workspace, headers, payload)
    select t.topic, t.key, t.workspace, t.headers, t.payload
    from unnest($1::text[], $2::text[], $3::text[], $4::jsonb[], $5::bytea[]) with ordinality
      as t(topic, key, workspace, headers, payload, place)
    order by t.place
    returning 1)
  select pg_notify($6, '') where exists (select from added)`;

/** Keeps facts in the transaction that made them true; the relay publishes them after the commit. */
export class Outbox {
  private readonly channel: string;

  /** @param schema that holds the table; the transaction's search path is that schema */
  constructor(
    schema: string,
    private readonly catalogue: TopicCatalogue,
  ) {
    this.channel = outboxChannel(schema);
  }

  /**
   * Appends to the outbox inside the caller's business transaction.
   * @throws Problem where the topic or type is not declared, or the record cannot travel; nothing is written then
   */
  async append(tx: EntityManager, ...records: readonly EventRecord[]): Promise<void> {
    if (records.length === 0) return;
    for (const record of records) {
      this.catalogue.check(record);
      checkRecord(record);
    }
    await tx.query(INSERT, [
      records.map((record) => record.topic),
      records.map((record) => record.key),
      records.map((record) => record.workspace),
      records.map((record) => JSON.stringify(toHeaders(record))),
      records.map((record) => Buffer.from(record.payload)),
      this.channel,
    ]);
  }
}
