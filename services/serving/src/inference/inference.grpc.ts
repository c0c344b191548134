import { Inject, Injectable, Optional } from '@nestjs/common';
import type { GRPCInferenceServiceService } from '#contracts/inference/open_inference_grpc';
import type * as oip from '#contracts/inference/open_inference_grpc';
import type { GrpcHandlers, GrpcPermissions, IncomingCall } from '#libs/grpc';
import type { TensorSpec } from '#libs/inference';
import { Problem } from '#libs/problem';
import { ENDPOINT_DOOR, type EndpointDoor, type EndpointModel } from './endpoint.door.js';
import { referenceOf } from './model-version.js';
import { ModelVersionPeer } from './model-version.peer.js';
import { ModelHost } from './model.host.js';
import { InferenceMetrics } from './inference.metrics.js';
import { chooseOutputs, outputsToProto, tensorsFromProto } from './tensor.proto.js';

type Contract = typeof GRPCInferenceServiceService;

const PLATFORM = { model: 'onnxruntime_onnx', endpoint: 'millrace_endpoint' } as const;
const CALLERS = ['ml-engineer', 'data-scientist', 'business-owner', 'any-service'];
const ANYBODY = ['any-role', 'any-service'];

function specToProto({ name, datatype, shape }: TensorSpec): oip.ModelMetadataResponse_TensorMetadata {
  return { name, datatype, shape: shape.map(BigInt) };
}

/** The Open Inference Protocol v2. A name is an endpoint's, or a model's as `name`, `name@alias` or `name:number`. */
@Injectable()
export class InferenceGrpc implements GrpcHandlers<Contract> {
  static readonly permissions: GrpcPermissions<Contract> = {
    serverLive: ANYBODY,
    serverReady: ANYBODY,
    modelReady: ANYBODY,
    serverMetadata: ANYBODY,
    modelMetadata: CALLERS,
    modelInfer: CALLERS,
  };

  constructor(
    private readonly models: ModelHost,
    private readonly versions: ModelVersionPeer,
    private readonly metrics: InferenceMetrics,
    @Optional() @Inject(ENDPOINT_DOOR) private readonly endpoints: EndpointDoor | undefined,
  ) {}

  /** The process turns; models are elsewhere and cannot hold this up. */
  async serverLive(): Promise<oip.ServerLiveResponse> {
    return { live: true };
  }

  async serverReady(): Promise<oip.ServerReadyResponse> {
    return { ready: this.endpoints?.isReady ?? true };
  }

  async serverMetadata(): Promise<oip.ServerMetadataResponse> {
    return { name: 'millrace', version: '2', extensions: [] };
  }

  async modelReady({ name, version }: oip.ModelReadyRequest, { viewer }: IncomingCall): Promise<oip.ModelReadyResponse> {
    const endpoint = await this.endpointOf(viewer.workspace, name, version);
    if (endpoint) return { ready: endpoint.isReady };
    const { artifactHash } = await this.versions.resolve(viewer.workspace, referenceOf(name, version));
    return { ready: this.models.isReady(artifactHash) };
  }

  async modelMetadata({ name, version }: oip.ModelMetadataRequest, { viewer }: IncomingCall): Promise<oip.ModelMetadataResponse> {
    const endpoint = await this.endpointOf(viewer.workspace, name, version);
    if (endpoint) {
      const { versions } = endpoint;
      const { inputs, outputs } = await endpoint.describe();
      return {
        name,
        versions: [...versions],
        platform: PLATFORM.endpoint,
        inputs: inputs.map(specToProto),
        outputs: outputs.map(specToProto),
        properties: {},
      };
    }
    const { artifactHash, number } = await this.versions.resolve(viewer.workspace, referenceOf(name, version));
    const { inputs, outputs } = await this.models.ensure(viewer.workspace, artifactHash);
    return {
      name,
      versions: [String(number)],
      platform: PLATFORM.model,
      inputs: inputs.map(specToProto),
      outputs: outputs.map(specToProto),
      properties: {},
    };
  }

  modelInfer(request: oip.ModelInferRequest, call: IncomingCall): Promise<oip.ModelInferResponse> {
    return this.metrics.measure(async () => {
      if (request.modelName === '') throw new Problem('invalid', 'serving/model-name', 'the request names no model');
      const raw = request.rawInputContents.length > 0;
      const { outputs, version } = await this.run(request, call);
      return {
        modelName: request.modelName,
        modelVersion: version,
        id: request.id,
        parameters: {},
        ...outputsToProto(chooseOutputs(outputs, request.outputs), raw),
      };
    });
  }

  /** A version is never an endpoint's: whoever states one means the model. */
  private async endpointOf(workspace: string, name: string, version: string): Promise<EndpointModel | undefined> {
    return version === '' ? this.endpoints?.find(workspace, name) : undefined;
  }

  private async run(request: oip.ModelInferRequest, { viewer, deadline, signal }: IncomingCall) {
    const { workspace } = viewer;
    const tensors = tensorsFromProto(request);
    const endpoint = await this.endpointOf(workspace, request.modelName, request.modelVersion);
    if (endpoint) {
      // A wish that cannot be met is refused before anything is decided, because what is decided is remembered.
      if (request.outputs.length > 0) chooseOutputs((await endpoint.describe()).outputs, request.outputs);
      return { outputs: await endpoint.infer(request.id, tensors, { deadline, signal }), version: '' };
    }
    const version = await this.versions.resolve(workspace, referenceOf(request.modelName, request.modelVersion));
    return {
      outputs: await this.models.infer(workspace, version.artifactHash, tensors, { deadline, signal }),
      version: String(version.number),
    };
  }
}
