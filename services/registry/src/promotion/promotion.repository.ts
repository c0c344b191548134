import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { withWorkspace } from '#libs/database';
import { Outbox } from '#libs/events';
import type { Viewer } from '#libs/identity';
import { Problem } from '#libs/problem';
import { AuditTrail, digestOf } from '#libs/storage';
import { newestGateResults } from '../gate/gate.repository.js';
import type { GateResult } from '../gate/gate.js';
import { approve, type ModelVersion } from '../model-version/model-version.js';
import { modelVersionMapping } from '../model-version/model-version.mapping.js';
import type { Promotion } from './promotion.js';
import { promotionMapping } from './promotion.mapping.js';
import { approvedToRecord } from './promotion.proto.js';

/** What an approval is bound to: change any of it and the approval is for something else. */
export function contentHashOf(
  { artifact, inputs, outputs, threshold, trainingSetIds }: ModelVersion,
  gates: readonly GateResult[],
): string {
  const tests = gates
    .map(({ kind, passed, measured, limit }) => ({ kind, passed, measured, limit }))
    .sort((a, b) => (a.kind < b.kind ? -1 : 1));
  return digestOf({ artifact: artifact.hash, inputs, outputs, threshold, trainingSetIds, tests });
}

/** Decides a request, knowing the hash of the content as it is now. */
export type Decide = (current: Promotion, contentHash: string) => Promotion;

@Injectable()
export class PromotionRepository {
  constructor(
    private readonly db: DataSource,
    private readonly outbox: Outbox,
    private readonly audit: AuditTrail,
  ) {}

  request(promotion: Promotion, viewer: Viewer): Promise<Promotion> {
    const open = (): Problem =>
      new Problem('conflict', 'registry/promotion-open', 'this version has an open request for promotion', {
        modelVersionId: promotion.modelVersionId,
      });
    return withWorkspace(
      this.db,
      promotion.workspace,
      async (tx) => {
        await tx.insert(promotionMapping, { ...promotion });
        await this.audit.record(tx, {
          viewer,
          action: 'request-promotion',
          subjectKind: 'promotion',
          subjectId: promotion.id,
          after: promotion,
        });
        return promotion;
      },
      { promotion_open: open },
    );
  }

  /** Locks request and version, lets `decide` choose, and stores both with event and audit in one transaction. */
  decide(workspace: string, id: string, viewer: Viewer, decide: Decide): Promise<Promotion> {
    return withWorkspace(this.db, workspace, async (tx) => {
      const lock = { mode: 'pessimistic_write' } as const;
      const current = await tx.findOne(promotionMapping, { where: { id }, lock });
      if (!current) throw new Problem('not-found', 'registry/promotion', `no promotion ${id}`, { id });
      const version = await tx.findOneOrFail(modelVersionMapping, { where: { id: current.modelVersionId }, lock });
      const decided = decide(current, contentHashOf(version, await newestGateResults(tx, version.id)));
      await tx.update(promotionMapping, { id }, { ...decided });
      if (decided.state === 'approved') {
        await tx.update(modelVersionMapping, { id: version.id }, { stage: approve(version).stage });
        await this.outbox.append(tx, approvedToRecord(decided));
      }
      await this.audit.record(tx, {
        viewer,
        action: `${decided.state}-promotion`,
        subjectKind: 'promotion',
        subjectId: id,
        reason: decided.reason ?? '',
        before: current,
        after: decided,
      });
      return decided;
    });
  }

  of(workspace: string, modelVersionId: string): Promise<readonly Promotion[]> {
    return withWorkspace(this.db, workspace, (tx) =>
      tx.find(promotionMapping, { where: { modelVersionId }, order: { requestedAt: 'DESC' }, take: 100 }),
    );
  }
}
