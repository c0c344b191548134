import { Injectable } from '@nestjs/common';
import { DataSource, In } from 'typeorm';
import { withWorkspace } from '#libs/database';
import { Outbox } from '#libs/events';
import type { Viewer } from '#libs/identity';
import { Problem } from '#libs/problem';
import { AuditTrail } from '#libs/storage';
import type { Decision, Override } from './decision.js';
import { decisionMapping, overrideMapping } from './decision.mapping.js';
import { overriddenToRecord } from './decision.proto.js';

@Injectable()
export class OverrideRepository {
  constructor(
    private readonly db: DataSource,
    private readonly outbox: Outbox,
    private readonly audit: AuditTrail,
  ) {}

  /** Locks the decision, lets `decide` choose, and stores the override with its event and audit record in one transaction. */
  override(
    workspace: string,
    decisionId: string,
    viewer: Viewer,
    decide: (decision: Decision, newest: Override | null) => Override,
  ): Promise<Decision> {
    return withWorkspace(this.db, workspace, async (tx) => {
      const decision = await tx.findOne(decisionMapping, { where: { id: decisionId }, lock: { mode: 'pessimistic_write' } });
      if (!decision)
        throw new Problem('not-found', 'serving/decision', `no decision ${decisionId.slice(0, 60)}`, {
          id: decisionId.slice(0, 60),
        });
      const newest = await tx.findOne(overrideMapping, { where: { decisionId }, order: { at: 'DESC', id: 'DESC' } });
      const override = decide(decision, newest);
      await tx.insert(overrideMapping, { ...override });
      await this.outbox.append(tx, overriddenToRecord(override, decision.endpointId));
      const { reason } = override;
      await this.audit.record(tx, {
        viewer,
        action: 'override-decision',
        subjectKind: 'decision',
        subjectId: decisionId,
        reason,
        before: newest,
        after: override,
      });
      return decision;
    });
  }

  /** The newest override of each decision that has one. */
  async newestOf(workspace: string, decisionIds: readonly string[]): Promise<ReadonlyMap<string, Override>> {
    const found = await withWorkspace(this.db, workspace, (tx) =>
      tx.find(overrideMapping, { where: { decisionId: In([...decisionIds]) }, order: { at: 'ASC', id: 'ASC' } }),
    );
    return new Map(found.map((override) => [override.decisionId, override]));
  }
}
