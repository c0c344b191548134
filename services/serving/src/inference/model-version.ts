import { Problem } from '#libs/problem';

/** What inference needs to know of a version of the registry. */
export interface ModelVersion {
  readonly id: string;
  readonly modelName: string;
  readonly number: number;
  readonly stage: 'candidate' | 'approved' | 'retired';
  readonly artifactHash: string;
  readonly featureServiceId: string;
  readonly threshold: number;
  readonly useCaseId: string;
}

/** Only what a second person approved goes into operation. @throws Problem conflict `serving/not-approved` */
export function checkDeployable({ id, stage }: ModelVersion): void {
  if (stage === 'approved') return;
  throw new Problem('conflict', 'serving/not-approved', `the version is ${stage}; only an approved one can be deployed`, {
    versionId: id,
    stage,
  });
}

/** How a call names a model: the protocol's name and version fields together. */
export function referenceOf(name: string, version: string): string {
  return version === '' ? name : `${name}:${version}`;
}
