import { Injectable } from '@nestjs/common';
import type {
  GetMetricContractRequest,
  GetMetricContractResponse,
  GovernanceServiceService,
} from '#contracts/governance/v1/governance';
import type { GrpcHandlers, GrpcPermissions, IncomingCall } from '#libs/grpc';
import { Problem } from '#libs/problem';
import { UseCaseService } from '../use-case/use-case.service.js';
import type { MetricContract } from './metric-contract.js';
import { contractToProto } from './metric-contract.proto.js';
import { MetricContractService } from './metric-contract.service.js';

type Contract = typeof GovernanceServiceService;

@Injectable()
export class MetricContractGrpc implements GrpcHandlers<Contract> {
  static readonly permissions: GrpcPermissions<Contract> = { getMetricContract: ['any-service'] };

  constructor(
    private readonly contracts: MetricContractService,
    private readonly useCases: UseCaseService,
  ) {}

  async getMetricContract({ which }: GetMetricContractRequest, { viewer }: IncomingCall): Promise<GetMetricContractResponse> {
    if (!which) throw new Problem('invalid', 'governance/which-contract', 'name a use case or a metric contract');
    const found =
      which.$case === 'useCaseId'
        ? await this.inForce(viewer.workspace, which.value)
        : await this.contracts.signed(viewer.workspace, which.value);
    return { contract: contractToProto(found) };
  }

  private async inForce(workspace: string, useCaseId: string): Promise<MetricContract> {
    const { id } = await this.useCases.get(workspace, useCaseId);
    const contract = await this.contracts.findInForce(workspace, id);
    if (contract) return contract;
    throw new Problem('conflict', 'governance/not-signed', 'no revision of its metric contract is signed by both sides', {
      useCaseId,
    });
  }
}
