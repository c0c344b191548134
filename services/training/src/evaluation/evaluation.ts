import { Problem } from '#libs/problem';
import { areaUnderRoc, brierScore, dayShockVariance, expectedCalibrationError, logLoss, residualsByDay } from '#libs/statistics';
import {
  actsOf,
  estimateDifference,
  estimateValue,
  perMonth,
  tallyByDay,
  type Payoffs,
  type Policy,
  type Tally,
  type ValueEstimate,
} from '#libs/value';
import { dayOf, daysOf, type Period } from '../pipeline-run/plan.js';

/** A policy that a version is priced beside: `never`, `always` or a version's id. */
export interface BaselineComparison {
  readonly baseline: string;
  readonly valuePerMonth: ValueEstimate;
  /** This version minus the baseline, on the same rows. */
  readonly difference: ValueEstimate;
}

/** Measured on rows that neither training nor calibration saw. */
export interface Evaluation {
  readonly period: Period;
  readonly rows: number;
  readonly auc: number;
  readonly logLoss: number;
  readonly brier: number;
  readonly expectedCalibrationError: number;
  readonly valuePerMonth: ValueEstimate;
  readonly baselines: readonly BaselineComparison[];
}

/** Rows with their outcome and a version's calibrated probability. */
export interface ForecastRows {
  /** Moments, in milliseconds since 1970. */
  readonly moments: Float64Array;
  readonly outcomes: Uint8Array;
  readonly probabilities: Float64Array;
}

export interface PricingTerms {
  readonly payoffs: Payoffs;
  readonly threshold: number;
  readonly period: Period;
  /** Acts of further baselines by row, beside never and always. */
  readonly baselines: readonly { readonly baseline: string; readonly acts: Uint8Array }[];
  readonly seed: number;
}

/** Measures a version on untouched rows and prices it, per month, against doing without it. */
export function evaluate(rows: ForecastRows, terms: PricingTerms): Evaluation {
  const { outcomes, probabilities } = rows;
  const auc = areaUnderRoc(probabilities, outcomes);
  if (auc === undefined) {
    throw new Problem('invalid', 'training/one-class', 'the test rows hold only one of the two outcomes', {
      rows: outcomes.length,
    });
  }
  const days = Float64Array.from(rows.moments, dayOf);
  const scale = perMonth(daysOf(terms.period));
  const bootstrap = { seed: terms.seed };
  const talliesOf = (policy: Policy): readonly Tally[] =>
    tallyByDay(days, actsOf(policy, probabilities), outcomes).map(({ tally }) => tally);
  const own = talliesOf({ kind: 'threshold', threshold: terms.threshold });
  const policies: readonly { readonly baseline: string; readonly policy: Policy }[] = [
    { baseline: 'never', policy: { kind: 'never' } },
    { baseline: 'always', policy: { kind: 'always' } },
    ...terms.baselines.map(({ baseline, acts }) => ({ baseline, policy: { kind: 'acts', acts } as const })),
  ];
  return {
    period: terms.period,
    rows: outcomes.length,
    auc,
    logLoss: logLoss(probabilities, outcomes),
    brier: brierScore(probabilities, outcomes),
    expectedCalibrationError: expectedCalibrationError(probabilities, outcomes),
    valuePerMonth: estimateValue(terms.payoffs, own, bootstrap, scale),
    baselines: policies.map(({ baseline, policy }) => {
      const theirs = talliesOf(policy);
      return {
        baseline,
        valuePerMonth: estimateValue(terms.payoffs, theirs, bootstrap, scale),
        difference: estimateDifference(
          terms.payoffs,
          own.map((of, day) => ({ of, against: theirs[day]! })),
          bootstrap,
          scale,
        ),
      };
    }),
  };
}

/** Variance of the shock that all rows of a day share, on the log-odds: of all rows, and of those acted on. */
export interface DayShocks {
  readonly all: number;
  readonly acted: number;
}

/** The day shocks of rows that were not trained on; what monitoring's test of calibration rests on. */
export function dayShocks({ moments, outcomes, probabilities }: ForecastRows, threshold: number): DayShocks {
  const acted = Array.from(probabilities.keys()).filter((row) => probabilities[row]! >= threshold);
  const days = Float64Array.from(moments, dayOf);
  const pick = (column: ArrayLike<number>): Float64Array => Float64Array.from(acted, (row) => column[row]!);
  return {
    all: dayShockVariance(residualsByDay(days, probabilities, outcomes)),
    acted: dayShockVariance(residualsByDay(pick(days), pick(probabilities), pick(outcomes))),
  };
}
