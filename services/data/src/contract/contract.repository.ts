import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { withWorkspace } from '#libs/database';
import type { Viewer } from '#libs/identity';
import { newId } from '#libs/ids';
import { AuditTrail, digestOf } from '#libs/storage';
import { datasetMapping } from '../dataset/dataset.mapping.js';
import type { DataContract, Rule } from './contract.js';
import { contractMapping } from './contract.mapping.js';

@Injectable()
export class ContractRepository {
  constructor(
    private readonly db: DataSource,
    private readonly audit: AuditTrail,
  ) {}

  /** Stores the rules as the next revision; rules equal to the newest revision's are that revision. */
  revise(datasetId: string, rules: readonly Rule[], viewer: Viewer): Promise<DataContract> {
    const { workspace } = viewer;
    return withWorkspace(this.db, workspace, async (tx) => {
      await tx.findOneOrFail(datasetMapping, { where: { id: datasetId }, lock: { mode: 'pessimistic_write' } });
      const before = await tx.findOne(contractMapping, { where: { datasetId }, order: { revision: 'DESC' } });
      if (before && digestOf(before.rules) === digestOf(rules)) return before;
      const contract: DataContract = {
        id: newId('contract'),
        workspace,
        datasetId,
        revision: (before?.revision ?? 0) + 1,
        rules,
        createdBy: viewer.id,
        createdAt: new Date(),
      };
      await tx.insert(contractMapping, { ...contract } as object);
      const change = { before: before ?? undefined, after: contract };
      await this.audit.record(tx, {
        viewer,
        action: 'define-contract',
        subjectKind: 'data-contract',
        subjectId: contract.id,
        ...change,
      });
      return contract;
    });
  }

  newestOf(workspace: string, datasetId: string): Promise<DataContract | null> {
    return withWorkspace(this.db, workspace, (tx) =>
      tx.findOne(contractMapping, { where: { datasetId }, order: { revision: 'DESC' } }),
    );
  }

  find(workspace: string, id: string): Promise<DataContract | null> {
    return withWorkspace(this.db, workspace, (tx) => tx.findOneBy(contractMapping, { id }));
  }
}
