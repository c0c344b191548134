import { Injectable } from '@nestjs/common';
import { DataSource, MoreThan, type EntityManager } from 'typeorm';
import { pageOf, withWorkspace, type Page, type PageRequest } from '#libs/database';
import { digestOf } from '#libs/storage';
import {
  chain,
  CHAIN_START,
  firstBreak,
  type AuditFact,
  type AuditHead,
  type AuditRecord,
  type AuditVerification,
} from './audit.js';
import { auditRecordMapping } from './audit.mapping.js';

const VERIFY_PAGE = 1_000;

interface HeadRow {
  readonly sequence: string;
  readonly hash: string;
}

@Injectable()
export class AuditRepository {
  constructor(private readonly db: DataSource) {}

  /** Appends to the workspace's chain; whoever appends holds its head until the commit, so numbers have no gaps. */
  async append(tx: EntityManager, workspace: string, facts: readonly AuditFact[]): Promise<void> {
    await tx.query(`insert into audit_head (workspace, sequence, hash) values ($1, 0, '') on conflict do nothing`, [workspace]);
    const [row] = (await tx.query('select sequence, hash from audit_head where workspace = $1 for update', [
      workspace,
    ])) as readonly HeadRow[];
    const records = chain(facts, headOf(row!), digestOf);
    await tx.insert(
      auditRecordMapping,
      records.map((record) => ({ ...record })),
    );
    const { sequence, hash } = records.at(-1)!;
    await tx.query('update audit_head set sequence = $2, hash = $3 where workspace = $1', [workspace, sequence, hash]);
  }

  page(workspace: string, subjectId: string | null, page: PageRequest): Promise<Page<AuditRecord>> {
    return withWorkspace(this.db, workspace, (tx) => {
      const records = tx.createQueryBuilder(auditRecordMapping, 'audit_record');
      if (subjectId !== null) records.where('audit_record.subject_id = :subjectId', { subjectId });
      return pageOf(records, { keys: ['sequence'], direction: 'descending' }, page);
    });
  }

  /**
   * Recomputes the chain from its first record to its head, or its last `most` records. A row altered, removed or put in between is named by
   * its number; so is the first row cut off the end.
   */
  async verify(workspace: string, most = Number.MAX_SAFE_INTEGER): Promise<AuditVerification> {
    const head = await this.head(workspace);
    let before = await this.startBefore(workspace, Math.max(0, head.sequence - most));
    const start = before.sequence;
    while (before.sequence < head.sequence) {
      const records = await this.after(workspace, before.sequence);
      const brokenAt = firstBreak(records, before, digestOf) ?? (records.length === 0 ? before.sequence + 1 : null);
      if (brokenAt !== null) return { records: brokenAt - 1 - start, whole: false, brokenAt };
      before = records.at(-1)!;
    }
    const whole = before.sequence > head.sequence || before.hash === head.hash; // records may have come since the head was read
    return { records: before.sequence - start, whole, brokenAt: whole ? null : head.sequence };
  }

  private head(workspace: string): Promise<AuditHead> {
    return withWorkspace(this.db, workspace, async (tx) => {
      const [row] = (await tx.query('select sequence, hash from audit_head where workspace = $1', [
        workspace,
      ])) as readonly HeadRow[];
      return row ? headOf(row) : CHAIN_START;
    });
  }

  private async startBefore(workspace: string, sequence: number): Promise<AuditHead> {
    if (sequence === 0) return CHAIN_START;
    const record = await withWorkspace(this.db, workspace, (tx) => tx.findOneBy(auditRecordMapping, { workspace, sequence }));
    return record ?? { sequence, hash: '' };
  }

  private after(workspace: string, sequence: number): Promise<readonly AuditRecord[]> {
    return withWorkspace(this.db, workspace, (tx) =>
      tx.find(auditRecordMapping, {
        where: { workspace, sequence: MoreThan(sequence) },
        order: { sequence: 'ASC' },
        take: VERIFY_PAGE,
      }),
    );
  }
}

function headOf({ sequence, hash }: HeadRow): AuditHead {
  return { sequence: Number(sequence), hash };
}
