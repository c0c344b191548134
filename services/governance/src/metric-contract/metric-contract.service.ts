import { Injectable } from '@nestjs/common';
import type { Viewer } from '#libs/identity';
import { newId } from '#libs/ids';
import { Problem } from '#libs/problem';
import { digestOf } from '#libs/storage';
import type { Payoffs } from '#libs/value';
import { refuseProhibited } from '../use-case/use-case.js';
import { sign, signedContent, termsOf, type MetricContract } from './metric-contract.js';
import { MetricContractRepository } from './metric-contract.repository.js';

@Injectable()
export class MetricContractService {
  constructor(private readonly contracts: MetricContractRepository) {}

  /** A new revision; the one in force stays so until both sides have signed this one. */
  propose(useCaseId: string, payoffs: Payoffs, viewer: Viewer): Promise<MetricContract> {
    return this.contracts.propose(viewer.workspace, useCaseId, viewer, (useCase, revision) => {
      refuseProhibited(useCase);
      const terms = termsOf(useCase, payoffs);
      return {
        id: newId('metricContract'),
        workspace: viewer.workspace,
        useCaseId,
        revision,
        terms,
        contentHash: digestOf(signedContent({ useCaseId, revision, terms })),
        proposedBy: viewer.id,
        proposedAt: new Date(),
        signatures: [],
        signedAt: null,
      };
    });
  }

  sign(id: string, seenHash: string, viewer: Viewer): Promise<MetricContract> {
    return this.contracts.sign(viewer.workspace, id, viewer, (contract, useCase, newestRevision) => {
      refuseProhibited(useCase);
      return sign(contract, useCase, newestRevision, viewer, seenHash, new Date());
    });
  }

  async get(workspace: string, id: string): Promise<MetricContract> {
    const contract = await this.contracts.find(workspace, id);
    if (!contract) throw new Problem('not-found', 'governance/metric-contract', `no metric contract ${id}`, { id });
    return contract;
  }

  /** A signed revision by its id, in force or superseded. */
  async signed(workspace: string, id: string): Promise<MetricContract> {
    const contract = await this.get(workspace, id);
    if (!contract.signedAt) throw new Problem('conflict', 'governance/not-signed', 'both sides have not signed it yet', { id });
    return contract;
  }

  findInForce(workspace: string, useCaseId: string): Promise<MetricContract | null> {
    return this.contracts.findInForce(workspace, useCaseId);
  }
}
