import { Problem } from '#libs/problem';

/** A door for decisions of one use case. */
export interface Endpoint {
  readonly id: string;
  readonly workspace: string;
  /** The name that inference calls use. */
  readonly name: string;
  readonly useCaseId: string;
  /** The version it began with: what every later one is compared with. */
  readonly baselineVersionId: string;
  readonly createdAt: Date;
}

/** What serving keeps of a version that it runs behind an endpoint, so that decisions do not depend on the registry being up. */
export interface Deployment {
  readonly workspace: string;
  readonly endpointId: string;
  readonly versionId: string;
  readonly artifactHash: string;
  readonly featureServiceId: string;
  /** Act when the probability is at least this. */
  readonly threshold: number;
  readonly deployedAt: Date;
}

const NAME = /^[a-z][a-z0-9-]{0,62}$/;

export function isEndpointName(name: string): boolean {
  return NAME.test(name);
}

/** @throws Problem invalid `serving/endpoint-name` */
export function checkEndpointName(name: string): void {
  if (isEndpointName(name)) return;
  throw new Problem(
    'invalid',
    'serving/endpoint-name',
    'an endpoint is named by lower-case letters, digits and hyphens, at most 63',
    { name: name.slice(0, 100) },
  );
}
