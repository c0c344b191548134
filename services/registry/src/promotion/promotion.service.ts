import { Injectable } from '@nestjs/common';
import type { Viewer } from '#libs/identity';
import { newId } from '#libs/ids';
import { Problem } from '#libs/problem';
import type { GateResult } from '../gate/gate.js';
import { GateService } from '../gate/gate.service.js';
import { MetricContractPeer } from '../metric-contract/metric-contract.peer.js';
import type { ModelVersion } from '../model-version/model-version.js';
import { ModelVersionService, type VersionOfModel } from '../model-version/model-version.service.js';
import { approvePromotion, rejectPromotion, type Promotion } from './promotion.js';
import { contentHashOf, PromotionRepository } from './promotion.repository.js';

/** The request, or the gates that forbid it. */
export type RequestOutcome =
  { readonly promotion: Promotion } | { readonly version: ModelVersion; readonly failed: readonly GateResult[] };

@Injectable()
export class PromotionService {
  constructor(
    private readonly promotions: PromotionRepository,
    private readonly versions: ModelVersionService,
    private readonly gates: GateService,
    private readonly contracts: MetricContractPeer,
  ) {}

  /** Tests the version now; only one that passes everything can be asked for. */
  async request(modelVersionId: string, viewer: Viewer): Promise<RequestOutcome> {
    const found = await this.versions.withModel(viewer.workspace, modelVersionId);
    const { version } = found;
    if (version.stage !== 'candidate') {
      throw new Problem('conflict', 'registry/stage-not-reachable', `the version is ${version.stage} already`, {
        id: version.id,
        stage: version.stage,
      });
    }
    await this.checkContract(found);
    const results = await this.gates.test(version);
    const failed = results.filter(({ passed }) => !passed);
    if (failed.length > 0) return { version, failed };
    const promotion: Promotion = {
      id: newId('promotion'),
      workspace: viewer.workspace,
      modelVersionId,
      state: 'requested',
      requestedBy: viewer.id,
      requestedAt: new Date(),
      decidedBy: null,
      decidedAt: null,
      reason: null,
      contentHash: contentHashOf(version, results),
    };
    return { promotion: await this.promotions.request(promotion, viewer) };
  }

  approve(id: string, reason: string, viewer: Viewer): Promise<Promotion> {
    return this.promotions.decide(viewer.workspace, id, viewer, (current, contentHash) =>
      approvePromotion(current, viewer, contentHash, reason, new Date()),
    );
  }

  reject(id: string, reason: string, viewer: Viewer): Promise<Promotion> {
    return this.promotions.decide(viewer.workspace, id, viewer, (current) =>
      rejectPromotion(current, viewer, reason, new Date()),
    );
  }

  /** A value computed under a superseded contract says nothing about today's. */
  private async checkContract({ version, model }: VersionOfModel): Promise<void> {
    if (version.metricContractId === null) return;
    const inForce = await this.contracts.inForce(model.useCaseId, version.workspace);
    if (inForce.id !== version.metricContractId) {
      throw new Problem(
        'conflict',
        'registry/contract-superseded',
        'the version was priced by another revision of the metric contract',
        { pricedBy: version.metricContractId, inForce: inForce.id },
      );
    }
  }
}
