import type * as pb from '#contracts/serving/v1/serving';
import type { EventRecord } from '#libs/events';
import { endpoints } from '#libs/topics';
import type { Endpoint } from './endpoint.js';
import { newestRoute, type EndpointState } from './endpoint-state.js';

export function endpointToProto(state: EndpointState): pb.Endpoint {
  const { id, name, useCaseId } = state.endpoint;
  const { championVersionId, challengerVersionId, percent } = newestRoute(state);
  return {
    id,
    name,
    useCaseId,
    championVersionId,
    challengerVersionId: challengerVersionId ?? '',
    challengerPercent: percent,
  };
}

export function createdToRecord({ id, name, useCaseId, baselineVersionId, workspace, createdAt }: Endpoint): EventRecord {
  const value = { endpointId: id, name, useCaseId, championVersionId: baselineVersionId };
  return endpoints.record('serving.v1.EndpointCreated', { key: id, workspace, time: createdAt, value });
}
