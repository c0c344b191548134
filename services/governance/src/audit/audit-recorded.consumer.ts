import { Injectable } from '@nestjs/common';
import type { AuditRecorded } from '#contracts/platform/v1/audit';
import { onEvents, type ConsumedEvent, type EventHandler } from '#libs/events';
import { Problem } from '#libs/problem';
import { auditTopics } from '#libs/topics';
import type { AuditFact } from './audit.js';
import { AuditRepository } from './audit.repository.js';

export function factOf({ workspace, source, value }: ConsumedEvent<AuditRecorded>): AuditFact {
  const { auditId, actorId, actedAt, ...rest } = value;
  if (!auditId || !actedAt) throw new Problem('invalid', 'governance/audit-record', 'an audit record has an id and a time');
  return { ...rest, id: auditId, workspace, service: source.split('/').at(-1)!, actor: actorId, actedAt };
}

/** Chains the audit records of all services; many in one transaction, because each holds the head of its workspace. */
@Injectable()
export class AuditRecordedConsumer {
  readonly handlers: readonly EventHandler[] = Object.values(auditTopics).map((topic) =>
    onEvents(topic, 'platform.v1.AuditRecorded', (tx, events) => this.audit.append(tx, events[0]!.workspace, events.map(factOf))),
  );

  constructor(private readonly audit: AuditRepository) {}
}
