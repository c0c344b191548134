import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { GovernanceServiceService, type Payoffs as PayoffsProto } from '#contracts/governance/v1/governance';
import type { Money as MoneyProto } from '#contracts/platform/v1/object';
import { grpcPeer } from '#libs/grpc';
import { IDENTITY, type HostIdentity } from '#libs/host';
import { money, payoffsOf, type Money, type Payoffs } from '#libs/value';
import type { MonitoringEnv } from '../env.js';
import { ENV } from '../tokens.js';
import type { ContractInForce } from './monitor.js';

const DEADLINE_MS = 5_000;

@Injectable()
export class MetricContractPeer implements OnModuleDestroy {
  private readonly governance;

  constructor(@Inject(ENV) env: MonitoringEnv, @Inject(IDENTITY) { authorization }: HostIdentity) {
    this.governance = grpcPeer(GovernanceServiceService, { address: env.GOVERNANCE_ADDRESS, name: 'governance', authorization });
  }

  /** The newest contract of a use case that both sides signed. @throws Problem conflict where there is none */
  async inForce(workspace: string, useCaseId: string): Promise<ContractInForce> {
    const request = { which: { $case: 'useCaseId' as const, value: useCaseId } };
    const { contract } = await this.governance.getMetricContract(request, { workspace, deadlineMs: DEADLINE_MS });
    return { id: contract!.id, payoffs: payoffsFromProto(contract!.payoffs!), monthlyVolume: Number(contract!.monthlyVolume) };
  }

  onModuleDestroy(): void {
    this.governance.close();
  }
}

function payoffsFromProto({ truePositive, falsePositive, trueNegative, falseNegative }: PayoffsProto): Payoffs {
  return payoffsOf({
    truePositive: moneyFromProto(truePositive),
    falsePositive: moneyFromProto(falsePositive),
    trueNegative: moneyFromProto(trueNegative),
    falseNegative: moneyFromProto(falseNegative),
  });
}

/** A contract always names all four; an absent message is a zero that was not written, but then the currency would be missing. */
function moneyFromProto(amount: MoneyProto | undefined): Money {
  return money(amount?.minorUnits ?? 0n, amount?.currency ?? '');
}
