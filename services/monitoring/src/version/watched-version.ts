import type { CalibrationState } from '#libs/statistics';

/** `unknown` until the registry was asked; a rule forecasts no probability, so its calibration is not tested. */
export type WatchedKind = 'unknown' | 'rule' | 'trained';

/** Where the reference of a version's features comes from: its training set, else the first full window that it served. */
export type ReferenceKind = 'training-set' | 'first-window';

/** A version that decided behind an endpoint, with what was frozen when monitoring met it first. */
export interface WatchedVersion {
  readonly monitorId: string;
  readonly versionId: string;
  readonly kind: WatchedKind;
  readonly featureServiceId: string;
  /** Variance of a day's shock on the log-odds, of all rows and of those acted on, as measured before the version was approved. */
  readonly dayShockVariance: number;
  readonly actedDayShockVariance: number;
  readonly referenceKind: ReferenceKind;
  /** Start of the window that became the reference; null where it is the training set, or where none is frozen yet. */
  readonly referenceWindow: Date | null;
  /** The test's evidence; null before the first tested day. */
  readonly calibration: CalibrationState | null;
}

/** Taken where no measurement came with the version: a day on which all odds rise or fall by two thirds is nothing unusual. */
export const DEFAULT_DAY_SHOCK_VARIANCE = 0.25;
