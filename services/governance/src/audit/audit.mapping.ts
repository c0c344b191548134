import { EntitySchema } from 'typeorm';
import type { AuditRecord } from './audit.js';

export const auditRecordMapping = new EntitySchema<AuditRecord>({
  name: 'audit_record',
  columns: {
    workspace: { type: 'text', primary: true },
    sequence: { type: 'bigint', primary: true, transformer: { to: (value: number) => value, from: Number } },
    id: { type: 'text' },
    service: { type: 'text' },
    actor: { type: 'text' },
    actedAs: { name: 'acted_as', type: 'text' },
    action: { type: 'text' },
    subjectKind: { name: 'subject_kind', type: 'text' },
    subjectId: { name: 'subject_id', type: 'text' },
    reason: { type: 'text' },
    beforeDigest: { name: 'before_digest', type: 'text' },
    afterDigest: { name: 'after_digest', type: 'text' },
    actedAt: { name: 'acted_at', type: 'timestamptz', precision: 3 },
    previousHash: { name: 'previous_hash', type: 'text' },
    hash: { type: 'text' },
  },
});
