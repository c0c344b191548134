import { Problem } from '#libs/problem';
import { checkBaselines, type RetrainingTrigger } from '../pipeline/pipeline.js';

/** Moments of rows, `from` included, `to` not. */
export interface Period {
  readonly from: Date;
  readonly to: Date;
}

/** Which rows a pipeline run uses for what, and what it may know. */
export interface TrainingPlan {
  readonly train: Period;
  /** Rows for calibration and threshold. */
  readonly calibrate: Period;
  /** Untouched rows on which the model is priced. */
  readonly test: Period;
  /** Nothing known later is used. */
  readonly knownUntil: Date;
  readonly baselineVersionIds: readonly string[];
  readonly permuteLabels: boolean;
  /** The version that the new one must beat on the test rows; null for a first training. */
  readonly incumbentVersionId: string | null;
}

const DAY_MS = 86_400_000;
const MAX_SPAN_DAYS = 3_660;

/** @throws Problem invalid where periods are empty, overlap, or lie beyond what may be known */
export function checkPlan({ train, calibrate, test, knownUntil, baselineVersionIds }: TrainingPlan): void {
  checkBaselines(baselineVersionIds);
  for (const [name, { from, to }] of Object.entries({ train, calibrate, test })) {
    if (!(from < to)) throw refuse(`the period ${name} is empty`);
  }
  if (calibrate.from < train.to)
    throw refuse('rows that were trained on cannot calibrate: calibrate must begin where train ends, or later');
  if (test.from < calibrate.to) throw refuse('test rows must be untouched: test must begin where calibrate ends, or later');
  if (test.to.getTime() - train.from.getTime() > MAX_SPAN_DAYS * DAY_MS) throw refuse('the periods span more than ten years');
  if (knownUntil <= test.from) throw refuse('no outcome of the test period is known by knownUntil');
}

/**
 * The plan of a retraining at an alert: compares on the last days before it, calibrates on those before, and trains on all that is
 * older. Only what was known when the alert was raised is used.
 */
export function retrainingPlan(
  trigger: RetrainingTrigger,
  alert: { readonly raisedAt: Date; readonly modelVersionId: string },
): TrainingPlan {
  const compareFrom = daysBefore(alert.raisedAt, trigger.comparisonDays);
  const calibrateFrom = daysBefore(compareFrom, trigger.calibrationDays);
  return {
    train: { from: trigger.trainFrom, to: calibrateFrom },
    calibrate: { from: calibrateFrom, to: compareFrom },
    test: { from: compareFrom, to: alert.raisedAt },
    knownUntil: alert.raisedAt,
    baselineVersionIds: trigger.baselineVersionIds,
    permuteLabels: false,
    incumbentVersionId: alert.modelVersionId,
  };
}

/** The versions a new one is priced beside: those that the plan names, and the one it would replace. */
export function pricedBeside({ baselineVersionIds, incumbentVersionId }: TrainingPlan): readonly string[] {
  return [...new Set([...baselineVersionIds, ...(incumbentVersionId === null ? [] : [incumbentVersionId])])];
}

/** Whole days of a period, at least one: what its value is divided by to give a month's. */
export function daysOf({ from, to }: Period): number {
  return Math.max(1, Math.round((to.getTime() - from.getTime()) / DAY_MS));
}

/** The UTC day of a moment, as a whole number: the block of a bootstrap. */
export function dayOf(momentMs: number): number {
  return Math.floor(momentMs / DAY_MS);
}

function daysBefore(moment: Date, days: number): Date {
  return new Date(moment.getTime() - days * DAY_MS);
}

function refuse(detail: string): Problem {
  return new Problem('invalid', 'training/periods', detail);
}
