import { Injectable } from '@nestjs/common';
import type { FeaturesServiceService } from '#contracts/features/v1/features';
import type * as pb from '#contracts/features/v1/features';
import type { GrpcHandlers, GrpcPermissions, IncomingCall } from '#libs/grpc';
import { columnFromProto, columnToProto } from '../online/column.proto.js';
import { OnlineService } from '../online/online.service.js';
import { draftFromProto, setToProto } from '../training-set/training-set.proto.js';
import { TrainingSetService, type CallLimits } from '../training-set/training-set.service.js';
import { serviceToProto } from './feature-service.proto.js';
import { FeatureServiceService } from './feature-service.service.js';

type Contract = typeof FeaturesServiceService;

const READERS = ['any-service', 'data-scientist', 'ml-engineer'];

function limitsOf({ deadline, signal }: IncomingCall): CallLimits {
  return { deadlineMs: Math.max(1, deadline.getTime() - Date.now()), signal };
}

const momentsOf = (asOf: readonly Date[]): number[] => asOf.map((moment) => moment.getTime());

@Injectable()
export class FeaturesGrpc implements GrpcHandlers<Contract> {
  static readonly permissions: GrpcPermissions<Contract> = {
    getFeatureService: ['any-role', 'any-service'],
    readOnline: READERS,
    readPointInTime: ['service:monitoring'],
    buildTrainingSet: ['service:training', 'data-scientist', 'ml-engineer'],
    getTrainingSet: READERS,
  };

  constructor(
    private readonly services: FeatureServiceService,
    private readonly online: OnlineService,
    private readonly sets: TrainingSetService,
  ) {}

  async getFeatureService(
    { featureService }: pb.GetFeatureServiceRequest,
    { viewer }: IncomingCall,
  ): Promise<pb.GetFeatureServiceResponse> {
    return { featureService: serviceToProto(await this.services.get(viewer.workspace, featureService)) };
  }

  async readOnline(
    { featureService, rows, asOf }: pb.ReadOnlineRequest,
    { viewer }: IncomingCall,
  ): Promise<pb.ReadOnlineResponse> {
    const features = await this.online.read(viewer.workspace, featureService, rows.map(columnFromProto), momentsOf(asOf));
    return { features: features.map(columnToProto) };
  }

  async readPointInTime(
    { featureService, rows, asOf }: pb.ReadPointInTimeRequest,
    call: IncomingCall,
  ): Promise<pb.ReadPointInTimeResponse> {
    const columns = rows.map(columnFromProto);
    const features = await this.sets.readPointInTime(
      call.viewer.workspace,
      featureService,
      columns,
      momentsOf(asOf),
      limitsOf(call),
    );
    return { features: features.map(columnToProto) };
  }

  async buildTrainingSet(request: pb.BuildTrainingSetRequest, call: IncomingCall): Promise<pb.BuildTrainingSetResponse> {
    const set = await this.sets.build(draftFromProto(request), call.onBehalfOf ?? call.viewer, limitsOf(call));
    return { trainingSet: setToProto(set) };
  }

  async getTrainingSet(
    { trainingSetId }: pb.GetTrainingSetRequest,
    { viewer }: IncomingCall,
  ): Promise<pb.GetTrainingSetResponse> {
    return { trainingSet: setToProto(await this.sets.get(viewer.workspace, trainingSetId)) };
  }
}
