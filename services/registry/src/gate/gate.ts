import type { Evaluation } from '../model-version/model-version.js';

export const GATE_KINDS = [
  'auc_floor',
  'calibration',
  'value_above_baselines',
  'parity',
  'latency_budget',
  'label_sanity',
] as const;
export type GateKind = (typeof GATE_KINDS)[number];

/** One test of a version: what was measured against which limit. */
export interface GateResult {
  readonly id: string;
  readonly workspace: string;
  readonly modelVersionId: string;
  readonly kind: GateKind;
  readonly passed: boolean;
  readonly measured: number;
  readonly limit: number;
  readonly detail: string;
  readonly testedAt: Date;
}

/** A verdict before it is stored. */
export type Verdict = Pick<GateResult, 'kind' | 'passed' | 'measured' | 'limit' | 'detail'>;

/** What the registry measured on the artifact itself. */
export interface ArtifactMeasures {
  /** Largest absolute difference between the exported model's probability and the reference's. */
  readonly largestDifference: number;
  readonly rows: number;
  /** Of single-row runs, in milliseconds. */
  readonly latencyMsP99: number;
}

/** Below this a model tells little more than a coin. */
export const AUC_FLOOR = 0.6;
/** Mean distance of forecasts and frequencies, in probability. */
export const CALIBRATION_LIMIT = 0.05;
/** Float32 sums over hundreds of trees part by less. */
export const PARITY_LIMIT = 1e-5;
export const LATENCY_BUDGET_MS = 100;
/** A model that is never wrong on days it has not seen has seen them: something leaks. */
export const AUC_CEILING = 0.98;

/** Tests that every version must pass: the artifact does what its source does, and fast enough. */
export function judgeArtifact({ largestDifference, rows, latencyMsP99 }: ArtifactMeasures): readonly Verdict[] {
  return [
    {
      kind: 'parity',
      passed: rows > 0 && largestDifference <= PARITY_LIMIT,
      measured: largestDifference,
      limit: PARITY_LIMIT,
      detail: `largest difference over ${rows} rows`,
    },
    {
      kind: 'latency_budget',
      passed: latencyMsP99 <= LATENCY_BUDGET_MS,
      measured: latencyMsP99,
      limit: LATENCY_BUDGET_MS,
      detail: 'p99 of single-row runs, in milliseconds',
    },
  ];
}

/**
 * By how much a version is above the baseline that it is least above. A first version must be above each beyond chance. A retrained one
 * must be above the version it replaces beyond chance; the others were beaten so by its forebear, and the few weeks since are too
 * short to prove that again, so above them on the whole is enough.
 */
function lowestMargin({ baselines, incumbentVersionId }: Evaluation): { readonly baseline: string; readonly margin: number } {
  const margins = baselines.map(({ baseline, difference }) => {
    const beyondChance = (incumbentVersionId ?? null) === null || baseline === incumbentVersionId;
    return { baseline, margin: Number((beyondChance ? difference.low : difference.value).minorUnits) };
  });
  return margins.reduce((least, next) => (next.margin < least.margin ? next : least), { baseline: 'none', margin: Infinity });
}

/** Tests of a trained version on its evaluation: better than chance, honest, and worth more than doing without it. */
export function judgeEvaluation(evaluation: Evaluation): readonly Verdict[] {
  const { auc, expectedCalibrationError: error, baselines } = evaluation;
  const { baseline, margin } = lowestMargin(evaluation);
  return [
    {
      kind: 'auc_floor',
      passed: auc >= AUC_FLOOR,
      measured: auc,
      limit: AUC_FLOOR,
      detail: `on ${evaluation.rows} untouched rows`,
    },
    {
      kind: 'label_sanity',
      passed: auc <= AUC_CEILING,
      measured: auc,
      limit: AUC_CEILING,
      detail: 'an AUC above this means that something leaks',
    },
    {
      kind: 'calibration',
      passed: error <= CALIBRATION_LIMIT,
      measured: error,
      limit: CALIBRATION_LIMIT,
      detail: 'expected calibration error',
    },
    {
      kind: 'value_above_baselines',
      passed: baselines.length >= 2 && margin > 0 && namesIncumbent(evaluation),
      measured: Number.isFinite(margin) ? margin : 0,
      limit: 0,
      detail: `least paired difference, against ${baseline}, per month, in minor units`,
    },
  ];
}

/** A version that replaces another has been compared with it. */
function namesIncumbent({ baselines, incumbentVersionId }: Evaluation): boolean {
  return (incumbentVersionId ?? null) === null || baselines.some(({ baseline }) => baseline === incumbentVersionId);
}
