import { Injectable } from '@nestjs/common';
import type { GetEndpointRequest, GetEndpointResponse, ServingServiceService } from '#contracts/serving/v1/serving';
import type { GrpcHandlers, GrpcPermissions, IncomingCall } from '#libs/grpc';
import { endpointToProto } from './endpoint.proto.js';
import { EndpointService } from './endpoint.service.js';

type Contract = typeof ServingServiceService;

/** What other services need to know about endpoints. */
@Injectable()
export class EndpointGrpc implements GrpcHandlers<Contract> {
  static readonly permissions: GrpcPermissions<Contract> = { getEndpoint: ['any-service'] };

  constructor(private readonly endpoints: EndpointService) {}

  async getEndpoint({ endpoint }: GetEndpointRequest, { viewer }: IncomingCall): Promise<GetEndpointResponse> {
    return { endpoint: endpointToProto(await this.endpoints.state(viewer.workspace, endpoint)) };
  }
}
