import { Injectable } from '@nestjs/common';
import type { GetRunRequest, GetRunResponse, TrainingServiceService } from '#contracts/training/v1/training';
import type { GrpcHandlers, GrpcPermissions, IncomingCall } from '#libs/grpc';
import { runToProto } from './run.proto.js';
import { RunService } from './run.service.js';

type Contract = typeof TrainingServiceService;

@Injectable()
export class RunGrpc implements GrpcHandlers<Contract> {
  static readonly permissions: GrpcPermissions<Contract> = { getRun: ['any-service'] };

  constructor(private readonly runs: RunService) {}

  async getRun({ runId }: GetRunRequest, { viewer }: IncomingCall): Promise<GetRunResponse> {
    const run = await this.runs.get(viewer.workspace, runId);
    return { run: runToProto(run, await this.runs.lastMetrics(run), await this.runs.artifacts(run)) };
  }
}
