import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { GovernanceServiceService } from '#contracts/governance/v1/governance';
import { grpcPeer } from '#libs/grpc';
import { IDENTITY, type HostIdentity } from '#libs/host';
import { ENV } from '../tokens.js';
import type { RegistryEnv } from '../env.js';
import type { MetricContract } from './metric-contract.js';

const DEADLINE_MS = 5_000;

/** Asks governance what a use case's decisions are worth. */
@Injectable()
export class MetricContractPeer implements OnModuleDestroy {
  private readonly governance;

  constructor(@Inject(ENV) env: RegistryEnv, @Inject(IDENTITY) identity: HostIdentity) {
    this.governance = grpcPeer(GovernanceServiceService, {
      address: env.GOVERNANCE_ADDRESS,
      name: 'governance',
      authorization: identity.authorization,
    });
  }

  /** @throws Problem not-found for an unknown use case, conflict where both sides have not signed yet */
  async inForce(useCaseId: string, workspace: string): Promise<MetricContract> {
    const request = { which: { $case: 'useCaseId' as const, value: useCaseId } };
    const { contract } = await this.governance.getMetricContract(request, { workspace, deadlineMs: DEADLINE_MS });
    return { id: contract!.id, useCaseId: contract!.useCaseId, revision: contract!.revision };
  }

  onModuleDestroy(): void {
    this.governance.close();
  }
}
