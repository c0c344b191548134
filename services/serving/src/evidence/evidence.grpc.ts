import { Injectable } from '@nestjs/common';
import type { EvidenceServiceService, MeasureEvidenceRequest, MeasureEvidenceResponse } from '#contracts/evidence/v1/evidence';
import type { GrpcHandlers, GrpcPermissions, IncomingCall } from '#libs/grpc';
import { EvidenceRepository } from './evidence.repository.js';

type Contract = typeof EvidenceServiceService;

/** What serving's records say about the company's maturity. */
@Injectable()
export class EvidenceGrpc implements GrpcHandlers<Contract> {
  static readonly permissions: GrpcPermissions<Contract> = { measureEvidence: ['service:governance'] };

  constructor(private readonly evidence: EvidenceRepository) {}

  async measureEvidence({ questions }: MeasureEvidenceRequest, { viewer }: IncomingCall): Promise<MeasureEvidenceResponse> {
    return { measures: [...(await this.evidence.measure(viewer.workspace, questions))] };
  }
}
