import { Injectable } from '@nestjs/common';
import { DataSource, In, type EntityManager } from 'typeorm';
import { pageOf, withWorkspace, type Page, type PageRequest } from '#libs/database';
import { DECIDING_ARMS, type LedgerEntry } from './value-ledger.js';
import { ledgerEntryMapping } from './value-ledger.mapping.js';

// An account that knows less than the one at hand is an older one that came late.
const REPLACE = `
  insert into ledger_entry (id, workspace, use_case_id, endpoint_id, month, model_version_id, arm, decisions,
                            decisions_with_outcome, value_minor, missed_minor, currency, known_until)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
  on conflict (workspace, id) do update set
    use_case_id = excluded.use_case_id, decisions = excluded.decisions,
    decisions_with_outcome = excluded.decisions_with_outcome, value_minor = excluded.value_minor,
    missed_minor = excluded.missed_minor, currency = excluded.currency, known_until = excluded.known_until, recorded_at = now()
  where excluded.known_until >= ledger_entry.known_until`;

@Injectable()
export class ValueLedgerRepository {
  constructor(private readonly db: DataSource) {}

  async replace(tx: EntityManager, entry: LedgerEntry): Promise<void> {
    await tx.query(REPLACE, [
      entry.id,
      entry.workspace,
      entry.useCaseId,
      entry.endpointId,
      entry.month,
      entry.modelVersionId,
      entry.arm,
      entry.decisions,
      entry.decisionsWithOutcome,
      String(entry.valueMinor),
      String(entry.missedMinor),
      entry.currency,
      entry.knownUntil,
    ]);
  }

  page(workspace: string, useCaseId: string, page: PageRequest): Promise<Page<LedgerEntry>> {
    return withWorkspace(this.db, workspace, (tx) => {
      const entries = tx
        .createQueryBuilder(ledgerEntryMapping, 'ledger_entry')
        .where('ledger_entry.use_case_id = :useCaseId', { useCaseId });
      return pageOf(entries, { keys: ['month', 'arm', 'id'], direction: 'ascending' }, page);
    });
  }

  /** The entries of arms that decided: a handful a month. */
  deciding(workspace: string, useCaseId: string): Promise<readonly LedgerEntry[]> {
    return withWorkspace(this.db, workspace, (tx) => tx.findBy(ledgerEntryMapping, { useCaseId, arm: In([...DECIDING_ARMS]) }));
  }
}
