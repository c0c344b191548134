import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { GovernanceServiceService } from '#contracts/governance/v1/governance';
import type { Money as MoneyMessage } from '#contracts/platform/v1/object';
import { grpcPeer } from '#libs/grpc';
import { IDENTITY, type HostIdentity } from '#libs/host';
import { money, payoffsOf, type Money } from '#libs/value';
import type { TrainingEnv } from '../env.js';
import { ENV } from '../tokens.js';
import type { MetricContract } from './metric-contract.js';

const DEADLINE_MS = 10_000;

/** Asks governance what a use case's decisions are worth. */
@Injectable()
export class MetricContractPeer implements OnModuleDestroy {
  private readonly governance;

  constructor(@Inject(ENV) env: TrainingEnv, @Inject(IDENTITY) identity: HostIdentity) {
    this.governance = grpcPeer(GovernanceServiceService, {
      address: env.GOVERNANCE_ADDRESS,
      name: 'governance',
      authorization: identity.authorization,
    });
  }

  /** @throws Problem conflict where both sides have not signed yet */
  async inForce(workspace: string, useCaseId: string): Promise<MetricContract> {
    const which = { $case: 'useCaseId' as const, value: useCaseId };
    const { contract } = await this.governance.getMetricContract({ which }, { workspace, deadlineMs: DEADLINE_MS });
    const { truePositive, falsePositive, trueNegative, falseNegative } = contract!.payoffs!;
    return {
      id: contract!.id,
      payoffs: payoffsOf({
        truePositive: amount(truePositive),
        falsePositive: amount(falsePositive),
        trueNegative: amount(trueNegative),
        falseNegative: amount(falseNegative),
      }),
    };
  }

  onModuleDestroy(): void {
    this.governance.close();
  }
}

function amount(message: MoneyMessage | undefined): Money {
  return money(message!.minorUnits, message!.currency);
}
