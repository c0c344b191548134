import { type ModelVersionRegistered } from '#contracts/registry/v1/events';
import * as pb from '#contracts/registry/v1/registry';
import type * as platform from '#contracts/platform/v1/object';
import type { EventRecord } from '#libs/events';
import { Problem } from '#libs/problem';
import { modelVersions } from '#libs/topics';
import type { Money, ValueEstimate } from '#libs/value';
import type {
  BaselineComparison,
  Evaluation,
  ModelVersion,
  ObjectReference,
  Stage,
  TensorSpec,
  VersionKind,
} from './model-version.js';

const STAGE_TO_PROTO: Readonly<Record<Stage, pb.Stage>> = {
  candidate: pb.Stage.STAGE_CANDIDATE,
  approved: pb.Stage.STAGE_APPROVED,
  retired: pb.Stage.STAGE_RETIRED,
};
const KIND_TO_PROTO: Readonly<Record<VersionKind, pb.VersionKind>> = {
  rule: pb.VersionKind.VERSION_KIND_RULE,
  trained: pb.VersionKind.VERSION_KIND_TRAINED,
};

function required<T>(value: T | undefined, field: string): T {
  if (value === undefined) throw new Problem('invalid', 'registry/field-missing', `${field} is missing`, { field });
  return value;
}

export function objectFromProto(reference: platform.ObjectReference | undefined, field: string): ObjectReference {
  const { hash, sizeBytes, mediaType } = required(reference, field);
  if (!/^[0-9a-f]{64}$/.test(hash)) throw new Problem('invalid', 'registry/object-hash', `${field} has no SHA-256`, { field });
  return { hash, sizeBytes: Number(sizeBytes), mediaType };
}

function objectToProto({ hash, sizeBytes, mediaType }: ObjectReference): platform.ObjectReference {
  return { hash, sizeBytes: BigInt(sizeBytes), mediaType };
}

export function tensorFromProto({ name, datatype, shape }: pb.Tensor): TensorSpec {
  return { name, datatype, shape: shape.map(Number) };
}

function tensorToProto({ name, datatype, shape }: TensorSpec): pb.Tensor {
  return { name, datatype, shape: shape.map(BigInt) };
}

function moneyFromProto(amount: platform.Money | undefined, field: string): Money {
  const { minorUnits, currency } = required(amount, field);
  return { minorUnits, currency };
}

function estimateFromProto(estimate: pb.ValueEstimate | undefined, field: string): ValueEstimate {
  const { value, low, high, confidence } = required(estimate, field);
  return { value: moneyFromProto(value, field), low: moneyFromProto(low, field), high: moneyFromProto(high, field), confidence };
}

function comparisonFromProto({ baseline, baselineValue, difference }: pb.BaselineComparison): BaselineComparison {
  return {
    baseline,
    valuePerMonth: estimateFromProto(baselineValue, 'baseline_value'),
    difference: estimateFromProto(difference, 'difference'),
  };
}

export function evaluationFromProto(message: pb.Evaluation | undefined): Evaluation {
  const { from, to, rowCount, value, baselines, dayShockVariance, actedDayShockVariance, incumbentVersionId, ...scores } =
    required(message, 'evaluation');
  return {
    ...scores,
    from: required(from, 'evaluation.from'),
    to: required(to, 'evaluation.to'),
    rows: Number(rowCount),
    // A variance of exactly nothing is the wire's way of saying that none was measured.
    dayShockVariance: dayShockVariance || null,
    actedDayShockVariance: actedDayShockVariance || null,
    valuePerMonth: estimateFromProto(value, 'evaluation.value'),
    baselines: baselines.map(comparisonFromProto),
    incumbentVersionId: incumbentVersionId || null,
  };
}

function estimateToProto({ value, low, high, confidence }: ValueEstimate): pb.ValueEstimate {
  return { value, low, high, confidence };
}

function evaluationToProto(evaluation: Evaluation): pb.Evaluation {
  const { rows, valuePerMonth, baselines, dayShockVariance, actedDayShockVariance, incumbentVersionId, ...rest } = evaluation;
  return {
    ...rest,
    dayShockVariance: dayShockVariance ?? 0,
    actedDayShockVariance: actedDayShockVariance ?? 0,
    incumbentVersionId: incumbentVersionId ?? '',
    rowCount: BigInt(rows),
    value: estimateToProto(valuePerMonth),
    baselines: baselines.map(({ baseline, valuePerMonth: baselineValue, difference }) => ({
      baseline,
      baselineValue: estimateToProto(baselineValue),
      difference: estimateToProto(difference),
    })),
  };
}

/** The version as other services see it; `modelName` and `useCaseId` are its model's. */
export function versionToProto(
  version: ModelVersion,
  model: { readonly name: string; readonly useCaseId: string },
): pb.ModelVersion {
  const { id, modelId, number, featureServiceId, threshold, trainingSetIds, createdAt } = version;
  return {
    id,
    modelId,
    modelName: model.name,
    number,
    kind: KIND_TO_PROTO[version.kind],
    stage: STAGE_TO_PROTO[version.stage],
    artifact: objectToProto(version.artifact),
    signature: { inputs: version.inputs.map(tensorToProto), outputs: version.outputs.map(tensorToProto) },
    featureServiceId,
    threshold,
    useCaseId: model.useCaseId,
    runId: version.runId ?? '',
    evaluation: version.evaluation ? evaluationToProto(version.evaluation) : undefined,
    trainingSetIds: [...trainingSetIds],
    createdAt,
  };
}

export function registeredToRecord({ id, modelId, number, runId, workspace, createdAt }: ModelVersion): EventRecord {
  const value: ModelVersionRegistered = { modelVersionId: id, modelId, number, runId: runId ?? '' };
  return modelVersions.record('registry.v1.ModelVersionRegistered', { key: id, workspace, time: createdAt, value });
}
