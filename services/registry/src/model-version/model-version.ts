import { Problem } from '#libs/problem';
import type { ValueEstimate } from '#libs/value';

/** An immutable object of the object store. */
export interface ObjectReference {
  readonly hash: string;
  readonly sizeBytes: number;
  readonly mediaType: string;
}

/** A tensor of a signature; -1 stands for the rows. */
export interface TensorSpec {
  readonly name: string;
  readonly datatype: string;
  readonly shape: readonly number[];
}

/** A policy that a version is compared with: `never`, `always` or a version's id. */
export interface BaselineComparison {
  readonly baseline: string;
  readonly valuePerMonth: ValueEstimate;
  /** This version minus the baseline, on the same rows. */
  readonly difference: ValueEstimate;
}

/** Measured on rows that neither training nor calibration saw. */
export interface Evaluation {
  readonly from: Date;
  readonly to: Date;
  readonly rows: number;
  readonly auc: number;
  readonly logLoss: number;
  readonly brier: number;
  readonly expectedCalibrationError: number;
  /** Variance of the shock that all rows of a day share, in squared log-odds; monitoring tells chance from change with it. */
  readonly dayShockVariance: number | null;
  /** The same over the rows on which the version acts. */
  readonly actedDayShockVariance: number | null;
  readonly valuePerMonth: ValueEstimate;
  readonly baselines: readonly BaselineComparison[];
  /** The version in operation that this one would replace, one of the baselines; null for a first training. */
  readonly incumbentVersionId: string | null;
}

export const VERSION_KINDS = ['rule', 'trained'] as const;
export type VersionKind = (typeof VERSION_KINDS)[number];
export const STAGES = ['candidate', 'approved', 'retired'] as const;
export type Stage = (typeof STAGES)[number];

/** One immutable artefact of a model; only its stage moves. */
export interface ModelVersion {
  readonly id: string;
  readonly workspace: string;
  readonly modelId: string;
  readonly number: number;
  readonly kind: VersionKind;
  readonly stage: Stage;
  readonly expression: string | null;
  readonly artifact: ObjectReference;
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
  readonly threshold: number;
  readonly featureServiceId: string;
  readonly runId: string | null;
  readonly metricContractId: string | null;
  /** Rows with the trainer's probability, on which parity is proved. */
  readonly parityRows: ObjectReference | null;
  readonly evaluation: Evaluation | null;
  readonly trainingSetIds: readonly string[];
  readonly createdAt: Date;
}

/** What a version is before the registry numbers it. */
export type VersionDraft = Omit<ModelVersion, 'id' | 'number' | 'stage' | 'createdAt'>;

/** A version enters operation by one way only: a candidate that a second person approved. */
export function approve(version: ModelVersion): ModelVersion {
  if (version.stage !== 'candidate') {
    throw new Problem('conflict', 'registry/stage-not-reachable', `${version.stage} cannot become approved`, {
      from: version.stage,
      to: 'approved',
    });
  }
  return { ...version, stage: 'approved' };
}

/** How a model is named in calls: `name`, `name@alias` or `name:number`. */
export interface ModelReference {
  readonly name: string;
  readonly alias?: string;
  readonly number?: number;
}

/** @throws Problem invalid `registry/model-reference` */
export function parseReference(reference: string): ModelReference {
  const [, name, alias, number] = /^([a-z][a-z0-9-]{0,62})(?:@([a-z][a-z0-9-]{0,62})|:(\d{1,9}))?$/.exec(reference) ?? [];
  if (!name)
    throw new Problem('invalid', 'registry/model-reference', 'a model is named name, name@alias or name:number', {
      reference: reference.slice(0, 100),
    });
  return { name, ...(alias === undefined ? {} : { alias }), ...(number === undefined ? {} : { number: Number(number) }) };
}
