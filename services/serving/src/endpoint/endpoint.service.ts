import { Injectable } from '@nestjs/common';
import type { Viewer } from '#libs/identity';
import { newId } from '#libs/ids';
import { Problem } from '#libs/problem';
import { FeatureServicePeer } from '../feature-service/feature-service.peer.js';
import { checkDeployable, type ModelVersion } from '../inference/model-version.js';
import { ModelVersionPeer } from '../inference/model-version.peer.js';
import { ModelHost } from '../inference/model.host.js';
import { checkEndpointName, type Deployment, type Endpoint } from './endpoint.js';
import { EndpointDirectory } from './endpoint.directory.js';
import { EndpointRepository } from './endpoint.repository.js';
import { newestRoute, type EndpointState } from './endpoint-state.js';
import type { Route } from './route.js';

/** A new endpoint as it is asked for. */
export interface EndpointRequest {
  readonly name: string;
  readonly useCaseId: string;
  readonly modelVersionId: string;
  readonly idempotencyKey?: string | null | undefined;
}

@Injectable()
export class EndpointService {
  constructor(
    private readonly endpoints: EndpointRepository,
    private readonly versions: ModelVersionPeer,
    private readonly features: FeatureServicePeer,
    private readonly models: ModelHost,
    private readonly directory: EndpointDirectory,
  ) {}

  /** Opens a door with an approved version behind it, which is loaded and warm before the door exists. */
  async create({ name, useCaseId, modelVersionId, idempotencyKey }: EndpointRequest, viewer: Viewer): Promise<Endpoint> {
    checkEndpointName(name);
    const { workspace } = viewer;
    const id = newId('endpoint');
    const deployment = await this.deployable(workspace, id, useCaseId, modelVersionId);
    const { featureServiceId, artifactHash, deployedAt: createdAt } = deployment;
    await this.features.get(workspace, featureServiceId);
    await this.models.ensure(workspace, artifactHash);
    const endpoint: Endpoint = { id, workspace, name, useCaseId, baselineVersionId: modelVersionId, createdAt };
    const created = await this.endpoints.create(endpoint, deployment, viewer, idempotencyKey ?? null);
    await this.directory.read(workspace, name);
    return created;
  }

  /** What serving will keep of a version, if it may go behind this endpoint. @throws Problem conflict `serving/not-approved`, `serving/other-use-case` */
  async deployable(workspace: string, endpointId: string, useCaseId: string, versionId: string): Promise<Deployment> {
    const version: ModelVersion = await this.versions.get(workspace, versionId);
    checkDeployable(version);
    if (version.useCaseId !== useCaseId) {
      throw new Problem('conflict', 'serving/other-use-case', 'the version was made and priced for another use case', {
        versionId,
        useCaseId: version.useCaseId,
      });
    }
    const { artifactHash, featureServiceId, threshold } = version;
    return { workspace, endpointId, versionId, artifactHash, featureServiceId, threshold, deployedAt: new Date() };
  }

  find(workspace: string, name: string): Promise<Endpoint | null> {
    return this.endpoints.find(workspace, { name });
  }

  async get(workspace: string, id: string): Promise<Endpoint> {
    const endpoint = await this.endpoints.find(workspace, { id });
    if (!endpoint) throw unknownEndpoint(id);
    return endpoint;
  }

  /** By id or name. */
  async state(workspace: string, endpoint: string): Promise<EndpointState> {
    const state =
      (await this.endpoints.state(workspace, { id: endpoint })) ?? (await this.endpoints.state(workspace, { name: endpoint }));
    if (!state) throw unknownEndpoint(endpoint);
    return state;
  }

  async newestRoute({ workspace, id }: Endpoint): Promise<Route> {
    return newestRoute(await this.state(workspace, id));
  }

  ofUseCase(workspace: string, useCaseId: string): Promise<readonly Endpoint[]> {
    return this.endpoints.ofUseCase(workspace, useCaseId);
  }
}

function unknownEndpoint(endpoint: string): Problem {
  return new Problem('not-found', 'serving/endpoint', `no endpoint ${endpoint.slice(0, 100)}`, {
    endpoint: endpoint.slice(0, 100),
  });
}
