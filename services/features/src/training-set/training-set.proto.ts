import type * as pb from '#contracts/features/v1/features';
import { Problem } from '#libs/problem';
import type { TrainingSet } from './training-set.js';
import type { TrainingSetDraft } from './training-set.service.js';

/** @throws Problem invalid where a time is missing */
export function draftFromProto(request: pb.BuildTrainingSetRequest): TrainingSetDraft {
  const { featureService, datasetVersionId, momentColumn, labelColumn, labelKnownColumn, from, to, knownUntil } = request;
  if (!from || !to || !knownUntil) throw new Problem('invalid', 'features/period', 'from, to and known_until must be given');
  return { featureService, datasetVersionId, momentColumn, labelColumn, labelKnownColumn, from, to, knownUntil };
}

export function setToProto(set: TrainingSet): pb.TrainingSet {
  return {
    id: set.id,
    featureServiceId: set.featureServiceId,
    object: { hash: set.objectHash, sizeBytes: BigInt(set.objectSizeBytes), mediaType: 'application/vnd.apache.parquet' },
    rowCount: BigInt(set.rows),
    labelledRowCount: BigInt(set.labelledRows),
    datasetVersionIds: [...set.datasetVersionIds],
    leakCount: BigInt(set.leakReport.leaks),
  };
}
