import type { MetricContractSigned } from '#contracts/governance/v1/events';
import type * as pb from '#contracts/governance/v1/governance';
import type { EventRecord } from '#libs/events';
import { metricContracts } from '#libs/topics';
import type { MetricContract } from './metric-contract.js';

export function signedToRecord({ id, workspace, useCaseId, revision, contentHash }: MetricContract, time: Date): EventRecord {
  const value: MetricContractSigned = { metricContractId: id, useCaseId, revision, contentHash };
  return metricContracts.record('governance.v1.MetricContractSigned', { key: useCaseId, workspace, time, value });
}

export function contractToProto({ id, useCaseId, revision, terms, contentHash, signedAt }: MetricContract): pb.MetricContract {
  const { currency, ...payoffs } = terms.payoffs;
  const amount = (minorUnits: bigint) => ({ minorUnits, currency });
  return {
    id,
    useCaseId,
    revision,
    payoffs: {
      truePositive: amount(payoffs.truePositive),
      falsePositive: amount(payoffs.falsePositive),
      trueNegative: amount(payoffs.trueNegative),
      falseNegative: amount(payoffs.falseNegative),
    },
    monthlyVolume: BigInt(terms.monthlyVolume),
    contentHash,
    signedAt: signedAt ?? undefined,
  };
}
