import { createHash } from 'node:crypto';
import type { EntityManager } from 'typeorm';
import type { Outbox } from '#libs/events';
import type { ServiceName, Viewer } from '#libs/identity';
import { newId } from '#libs/ids';
import { auditTopics } from '#libs/topics';

/** A change, or a read of confidential data, as governance will chain it. */
export interface AuditEntry {
  readonly viewer: Pick<Viewer, 'id' | 'roles' | 'workspace' | 'service'>;
  /** Verb of the domain: "promote", "sign-contract". */
  readonly action: string;
  readonly subjectKind: string;
  readonly subjectId: string;
  readonly reason?: string;
  /** The subject's record before and after; only their digests leave the service. */
  readonly before?: unknown;
  readonly after?: unknown;
}

/** SHA-256 over JSON with sorted keys, so that the same record has the same digest in any process. */
export function digestOf(record: unknown): string {
  if (record === undefined || record === null) return '';
  const sorted = (_: string, value: unknown): unknown =>
    value !== null && typeof value === 'object' && !Array.isArray(value) && !(value instanceof Date)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : typeof value === 'bigint'
        ? String(value)
        : value;
  return createHash('sha256').update(JSON.stringify(record, sorted)).digest('hex');
}

/** Appends audit records through the same outbox, in the same transaction, as the change itself: neither exists without the other. */
export class AuditTrail {
  constructor(
    private readonly service: ServiceName,
    private readonly outbox: Outbox,
  ) {}

  async record(
    tx: EntityManager,
    { viewer, action, subjectKind, subjectId, reason = '', before, after }: AuditEntry,
  ): Promise<void> {
    const actedAt = new Date();
    const value = {
      auditId: newId('audit'),
      actorId: viewer.id,
      actedAs: viewer.service ? `service:${viewer.service}` : viewer.roles.join(','),
      action,
      subjectKind,
      subjectId,
      reason,
      beforeDigest: digestOf(before),
      afterDigest: digestOf(after),
      actedAt,
    };
    const fact = { key: subjectId, workspace: viewer.workspace, time: actedAt, value };
    await this.outbox.append(tx, auditTopics[this.service].record('platform.v1.AuditRecorded', fact));
  }
}
