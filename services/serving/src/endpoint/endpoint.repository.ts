import { Injectable } from '@nestjs/common';
import { DataSource, In, type EntityManager } from 'typeorm';
import { withPlatformScope, withWorkspace } from '#libs/database';
import { Outbox } from '#libs/events';
import type { Viewer } from '#libs/identity';
import { Problem } from '#libs/problem';
import { AuditTrail, once } from '#libs/storage';
import type { Deployment, Endpoint } from './endpoint.js';
import { deploymentMapping, endpointMapping, routeMapping } from './endpoint.mapping.js';
import { createdToRecord } from './endpoint.proto.js';
import type { EndpointState } from './endpoint-state.js';
import type { Route } from './route.js';

/** Rows warmed at a start; more are loaded when they are first called. */
const WARMED = 200;

@Injectable()
export class EndpointRepository {
  constructor(
    private readonly db: DataSource,
    private readonly outbox: Outbox,
    private readonly audit: AuditTrail,
  ) {}

  /** Stores an endpoint with its first version and route; the same key again answers the endpoint that it made. */
  create(endpoint: Endpoint, deployment: Deployment, viewer: Viewer, key: string | null): Promise<Endpoint> {
    const { workspace, name, useCaseId, baselineVersionId } = endpoint;
    const taken = (): Problem =>
      new Problem('conflict', 'serving/endpoint-name-taken', `there is an endpoint ${name} already`, { name });
    const request = { name, useCaseId, baselineVersionId };
    return withWorkspace(
      this.db,
      workspace,
      async (tx) => {
        const { id } = await once(tx, { workspace, operation: 'createEndpoint', key, request }, () =>
          this.insert(tx, endpoint, deployment, viewer),
        );
        return tx.findOneByOrFail(endpointMapping, { id });
      },
      { endpoint_name: taken },
    );
  }

  private async insert(tx: EntityManager, endpoint: Endpoint, deployment: Deployment, viewer: Viewer): Promise<string> {
    const { id, workspace, baselineVersionId } = endpoint;
    const route: Route = {
      workspace,
      endpointId: id,
      sequence: 1,
      effectiveFrom: null,
      championVersionId: baselineVersionId,
      challengerVersionId: null,
      percent: 0,
      rolloutNumber: 0,
    };
    await tx.insert(endpointMapping, { ...endpoint });
    await tx.insert(deploymentMapping, { ...deployment });
    await tx.insert(routeMapping, { ...route });
    await this.outbox.append(tx, createdToRecord(endpoint));
    await this.audit.record(tx, {
      viewer,
      action: 'create-endpoint',
      subjectKind: 'endpoint',
      subjectId: id,
      after: endpoint,
    });
    return id;
  }

  /** The endpoint of a name or an id. */
  find(workspace: string, which: { readonly name: string } | { readonly id: string }): Promise<Endpoint | null> {
    return withWorkspace(this.db, workspace, (tx) => tx.findOneBy(endpointMapping, which));
  }

  ofUseCase(workspace: string, useCaseId: string): Promise<readonly Endpoint[]> {
    return withWorkspace(this.db, workspace, (tx) =>
      tx.find(endpointMapping, { where: { useCaseId }, order: { createdAt: 'ASC', id: 'ASC' }, take: 100 }),
    );
  }

  /** All that a call needs to know, as it is now. */
  state(workspace: string, which: { readonly name: string } | { readonly id: string }): Promise<EndpointState | null> {
    return withWorkspace(this.db, workspace, async (tx) => {
      const endpoint = await tx.findOneBy(endpointMapping, which);
      return endpoint && stateOf(tx, endpoint);
    });
  }

  /** Endpoints of all workspaces, for the start of a process. */
  toWarm(): Promise<readonly Pick<Endpoint, 'workspace' | 'name'>[]> {
    return withPlatformScope(this.db, (tx) => tx.find(endpointMapping, { order: { createdAt: 'DESC' }, take: WARMED }));
  }
}

/** The endpoint's routes and deployments, inside a transaction. */
export async function stateOf(tx: EntityManager, endpoint: Endpoint): Promise<EndpointState> {
  const endpointId = endpoint.id;
  const routes = await tx.find(routeMapping, { where: { endpointId }, order: { sequence: 'ASC' } });
  const versions = new Set(routes.flatMap((route) => [route.championVersionId, route.challengerVersionId ?? []].flat()));
  const deployments = await tx.findBy(deploymentMapping, { endpointId, versionId: In([...versions]) });
  return { endpoint, routes, deployments: new Map(deployments.map((deployment) => [deployment.versionId, deployment])) };
}
