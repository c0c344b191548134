import type { Deployment, Endpoint } from './endpoint.js';
import type { Route } from './route.js';

/** All that a call needs to know of an endpoint. */
export interface EndpointState {
  readonly endpoint: Endpoint;
  /** In the order in which they were added; never empty. */
  readonly routes: readonly Route[];
  /** By version. */
  readonly deployments: ReadonlyMap<string, Deployment>;
}

export function newestRoute({ routes }: EndpointState): Route {
  return routes.at(-1)!;
}

/** The versions that answer from now on: champion, challenger, and the baseline that both are compared with. */
export function currentDeployments(state: EndpointState): readonly Deployment[] {
  const { championVersionId, challengerVersionId } = newestRoute(state);
  const versions = new Set([championVersionId, challengerVersionId, state.endpoint.baselineVersionId]);
  return [...versions].flatMap((id) => (id === null ? [] : (state.deployments.get(id) ?? [])));
}
