import * as pb from '#contracts/registry/v1/registry';
import type { ModelVersion } from './model-version.js';

const STAGES: Readonly<Record<pb.Stage, ModelVersion['stage']>> = {
  [pb.Stage.STAGE_CANDIDATE]: 'candidate',
  [pb.Stage.STAGE_APPROVED]: 'approved',
  [pb.Stage.STAGE_RETIRED]: 'retired',
  // A stage that this release does not know is not one in which a version may be deployed.
  [pb.Stage.STAGE_UNSPECIFIED]: 'candidate',
  [pb.Stage.UNRECOGNIZED]: 'candidate',
};

export function versionFromProto(version: pb.ModelVersion | undefined): ModelVersion {
  const { id, modelName, number, stage, artifact, featureServiceId, threshold, useCaseId } = version!;
  return { id, modelName, number, stage: STAGES[stage], artifactHash: artifact!.hash, featureServiceId, threshold, useCaseId };
}
