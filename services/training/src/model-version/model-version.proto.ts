import type * as platform from '#contracts/platform/v1/object';
import type * as pb from '#contracts/registry/v1/registry';
import type { ValueEstimate } from '#libs/value';
import type { DayShocks, Evaluation } from '../evaluation/evaluation.js';
import type { ObjectReference } from '../run/run.js';
import type { ExportedModel, TensorSpec } from './model-version.js';

/** Everything the registry wants to know of a new version. */
export interface Registration {
  readonly modelId: string;
  readonly runId: string;
  readonly exported: ExportedModel;
  readonly parityRows: ObjectReference;
  readonly featureServiceId: string;
  readonly threshold: number;
  readonly metricContractId: string;
  readonly evaluation: Evaluation;
  readonly dayShocks: DayShocks;
  /** The version in operation, where this one was trained to replace it. */
  readonly incumbentVersionId: string | null;
  readonly trainingSetIds: readonly string[];
}

export function registrationToProto(registration: Registration): pb.RegisterModelVersionRequest {
  const { modelId, runId, exported, parityRows, featureServiceId, threshold, metricContractId, trainingSetIds } = registration;
  return {
    modelId,
    runId,
    artifact: objectToProto(exported.artifact),
    parityRows: objectToProto(parityRows),
    signature: { inputs: exported.inputs.map(tensorToProto), outputs: exported.outputs.map(tensorToProto) },
    featureServiceId,
    threshold,
    metricContractId,
    evaluation: evaluationToProto(registration),
    trainingSetIds: [...trainingSetIds],
  };
}

function evaluationToProto({ evaluation, dayShocks, incumbentVersionId }: Registration): pb.Evaluation {
  const { period, rows, valuePerMonth, baselines, ...scores } = evaluation;
  return {
    ...scores,
    from: period.from,
    to: period.to,
    rowCount: BigInt(rows),
    value: estimateToProto(valuePerMonth),
    baselines: baselines.map(({ baseline, valuePerMonth: value, difference }) => ({
      baseline,
      baselineValue: estimateToProto(value),
      difference: estimateToProto(difference),
    })),
    dayShockVariance: dayShocks.all,
    actedDayShockVariance: dayShocks.acted,
    incumbentVersionId: incumbentVersionId ?? '',
  };
}

function estimateToProto({ value, low, high, confidence }: ValueEstimate): pb.ValueEstimate {
  return { value, low, high, confidence };
}

function objectToProto({ hash, sizeBytes, mediaType }: ObjectReference): platform.ObjectReference {
  return { hash, sizeBytes: BigInt(sizeBytes), mediaType };
}

function tensorToProto({ name, datatype, shape }: TensorSpec): pb.Tensor {
  return { name, datatype, shape: shape.map(BigInt) };
}
