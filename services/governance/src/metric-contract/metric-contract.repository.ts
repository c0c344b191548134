import { Injectable } from '@nestjs/common';
import { DataSource, IsNull, Not, type EntityManager, type FindOptionsWhere } from 'typeorm';
import { withWorkspace } from '#libs/database';
import { Outbox } from '#libs/events';
import type { Viewer } from '#libs/identity';
import { Problem } from '#libs/problem';
import { AuditTrail } from '#libs/storage';
import type { UseCase } from '../use-case/use-case.js';
import { useCaseMapping } from '../use-case/use-case.mapping.js';
import type { MetricContract } from './metric-contract.js';
import { metricContractMapping, signatureMapping, type ContractRow } from './metric-contract.mapping.js';
import { signedToRecord } from './metric-contract.proto.js';

/** Makes the next revision of the use case as it is now. */
export type Draft = (useCase: UseCase, revision: number) => MetricContract;
/** Signs, knowing the use case and its newest revision. */
export type Sign = (contract: MetricContract, useCase: UseCase, newestRevision: number) => MetricContract;

@Injectable()
export class MetricContractRepository {
  constructor(
    private readonly db: DataSource,
    private readonly outbox: Outbox,
    private readonly audit: AuditTrail,
  ) {}

  propose(workspace: string, useCaseId: string, viewer: Viewer, draft: Draft): Promise<MetricContract> {
    return withWorkspace(this.db, workspace, async (tx) => {
      const useCase = await this.lockUseCase(tx, useCaseId);
      const contract = draft(useCase, (await this.newestRevision(tx, useCaseId)) + 1);
      const { signatures: _, ...row } = contract;
      await tx.insert(metricContractMapping, { ...row } as object);
      await this.audit.record(tx, {
        viewer,
        action: 'propose-metric-contract',
        subjectKind: 'metric-contract',
        subjectId: contract.id,
        after: contract,
      });
      return contract;
    });
  }

  /** Signs under the use case's lock, so that the two sides and a new revision take turns; the second signature publishes. */
  sign(workspace: string, id: string, viewer: Viewer, decide: Sign): Promise<MetricContract> {
    return withWorkspace(this.db, workspace, async (tx) => {
      const { useCaseId } = await this.required(tx, id);
      const useCase = await this.lockUseCase(tx, useCaseId);
      const before = await this.withSignatures(tx, await this.required(tx, id));
      const after = decide(before, useCase, await this.newestRevision(tx, useCaseId));
      await tx.insert(signatureMapping, { ...after.signatures.at(-1)!, workspace, metricContractId: id });
      if (after.signedAt) {
        await tx.update(metricContractMapping, { id }, { signedAt: after.signedAt });
        await this.outbox.append(tx, signedToRecord(after, after.signedAt));
      }
      await this.audit.record(tx, {
        viewer,
        action: 'sign-metric-contract',
        subjectKind: 'metric-contract',
        subjectId: id,
        before,
        after,
      });
      return after;
    });
  }

  find(workspace: string, id: string): Promise<MetricContract | null> {
    return withWorkspace(this.db, workspace, (tx) => this.one(tx, { id }));
  }

  /** The newest revision that both sides signed. */
  findInForce(workspace: string, useCaseId: string): Promise<MetricContract | null> {
    return withWorkspace(this.db, workspace, (tx) => this.one(tx, { useCaseId, signedAt: Not(IsNull()) }));
  }

  private async one(tx: EntityManager, where: FindOptionsWhere<ContractRow>): Promise<MetricContract | null> {
    const row = await tx.findOne(metricContractMapping, { where, order: { revision: 'DESC' } });
    return row && this.withSignatures(tx, row);
  }

  private async required(tx: EntityManager, id: string): Promise<ContractRow> {
    const row = await tx.findOneBy(metricContractMapping, { id });
    if (!row) throw new Problem('not-found', 'governance/metric-contract', `no metric contract ${id}`, { id });
    return row;
  }

  private async withSignatures(tx: EntityManager, row: ContractRow): Promise<MetricContract> {
    const rows = await tx.find(signatureMapping, { where: { metricContractId: row.id }, order: { signedAt: 'ASC' } });
    return { ...row, signatures: rows.map(({ workspace: _, metricContractId: __, ...signature }) => signature) };
  }

  private async lockUseCase(tx: EntityManager, id: string): Promise<UseCase> {
    const useCase = await tx.findOne(useCaseMapping, { where: { id }, lock: { mode: 'pessimistic_write' } });
    if (!useCase) throw new Problem('not-found', 'governance/use-case', `no use case ${id}`, { id });
    return useCase;
  }

  private async newestRevision(tx: EntityManager, useCaseId: string): Promise<number> {
    return (await tx.maximum(metricContractMapping, 'revision', { useCaseId })) ?? 0;
  }
}
