import { EntitySchema } from 'typeorm';
import type { Deployment, Endpoint } from './endpoint.js';
import type { Route } from './route.js';

export const endpointMapping = new EntitySchema<Endpoint>({
  name: 'endpoint',
  columns: {
    id: { type: 'text', primary: true },
    workspace: { type: 'text' },
    name: { type: 'text' },
    useCaseId: { name: 'use_case_id', type: 'text' },
    baselineVersionId: { name: 'baseline_version_id', type: 'text' },
    createdAt: { name: 'created_at', type: 'timestamptz', precision: 3 },
  },
});

export const deploymentMapping = new EntitySchema<Deployment>({
  name: 'deployment',
  columns: {
    endpointId: { name: 'endpoint_id', type: 'text', primary: true },
    versionId: { name: 'version_id', type: 'text', primary: true },
    workspace: { type: 'text' },
    artifactHash: { name: 'artifact_hash', type: 'text' },
    featureServiceId: { name: 'feature_service_id', type: 'text' },
    threshold: { type: 'double precision' },
    deployedAt: { name: 'deployed_at', type: 'timestamptz', precision: 3 },
  },
});

export const routeMapping = new EntitySchema<Route>({
  name: 'route',
  columns: {
    endpointId: { name: 'endpoint_id', type: 'text', primary: true },
    sequence: { type: 'integer', primary: true },
    workspace: { type: 'text' },
    effectiveFrom: { name: 'effective_from', type: 'timestamptz', precision: 3, nullable: true },
    championVersionId: { name: 'champion_version_id', type: 'text' },
    challengerVersionId: { name: 'challenger_version_id', type: 'text', nullable: true },
    percent: { type: 'integer' },
    rolloutNumber: { name: 'rollout_number', type: 'integer' },
  },
});
