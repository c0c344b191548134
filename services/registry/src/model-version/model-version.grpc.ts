import { Injectable } from '@nestjs/common';
import type { RegistryServiceService } from '#contracts/registry/v1/registry';
import type * as pb from '#contracts/registry/v1/registry';
import type { GrpcHandlers, GrpcPermissions, IncomingCall } from '#libs/grpc';
import { Problem } from '#libs/problem';
import type { VersionDraft } from './model-version.js';
import { evaluationFromProto, objectFromProto, tensorFromProto, versionToProto } from './model-version.proto.js';
import { ModelVersionService, type VersionOfModel } from './model-version.service.js';

type Contract = typeof RegistryServiceService;

function answer({ version, model }: VersionOfModel): { version: pb.ModelVersion } {
  return { version: versionToProto(version, model) };
}

function draftOf(request: pb.RegisterModelVersionRequest, workspace: string): VersionDraft {
  if (!(request.threshold > 0 && request.threshold < 1)) {
    throw new Problem('invalid', 'registry/threshold', 'a threshold lies between 0 and 1', { threshold: request.threshold });
  }
  return {
    workspace,
    modelId: request.modelId,
    kind: 'trained',
    expression: null,
    artifact: objectFromProto(request.artifact, 'artifact'),
    inputs: (request.signature?.inputs ?? []).map(tensorFromProto),
    outputs: (request.signature?.outputs ?? []).map(tensorFromProto),
    threshold: request.threshold,
    featureServiceId: request.featureServiceId,
    runId: request.runId,
    metricContractId: request.metricContractId || null,
    parityRows: objectFromProto(request.parityRows, 'parity_rows'),
    evaluation: evaluationFromProto(request.evaluation),
    trainingSetIds: request.trainingSetIds,
  };
}

@Injectable()
export class ModelVersionGrpc implements GrpcHandlers<Contract> {
  static readonly permissions: GrpcPermissions<Contract> = {
    registerModelVersion: ['service:training'],
    getModelVersion: ['any-service'],
    resolveModel: ['any-service'],
    getModel: ['any-service'],
  };

  constructor(private readonly versions: ModelVersionService) {}

  async registerModelVersion(
    request: pb.RegisterModelVersionRequest,
    { viewer, onBehalfOf }: IncomingCall,
  ): Promise<pb.RegisterModelVersionResponse> {
    return answer(await this.versions.register(draftOf(request, viewer.workspace), onBehalfOf ?? viewer));
  }

  async getModelVersion(
    { modelVersionId }: pb.GetModelVersionRequest,
    { viewer }: IncomingCall,
  ): Promise<pb.GetModelVersionResponse> {
    return answer(await this.versions.withModel(viewer.workspace, modelVersionId));
  }

  async resolveModel({ reference }: pb.ResolveModelRequest, { viewer }: IncomingCall): Promise<pb.ResolveModelResponse> {
    return answer(await this.versions.resolve(viewer.workspace, reference));
  }

  async getModel({ modelId }: pb.GetModelRequest, { viewer }: IncomingCall): Promise<pb.GetModelResponse> {
    const { id, name, useCaseId } = await this.versions.model(viewer.workspace, modelId);
    return { id, name, useCaseId };
  }
}
