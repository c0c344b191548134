import { interpolate } from './interpolate.js';

/** `probability = 1 / (1 + exp(−(slope · score + intercept)))`. */
export interface PlattScaling {
  readonly kind: 'platt';
  readonly slope: number;
  readonly intercept: number;
}

/** Probabilities at growing scores, linear between them and constant outside. */
export interface IsotonicCurve {
  readonly kind: 'isotonic';
  readonly scores: readonly number[];
  readonly probabilities: readonly number[];
}

/** The score is the log-odds already. */
export interface NoCalibration {
  readonly kind: 'none';
}

/** How a model's score, a log-odds, becomes a probability. Plain JSON. */
export type Calibration = PlattScaling | IsotonicCurve | NoCalibration;
export type CalibrationKind = Calibration['kind'];

/** Probability between 0 and 1 of a score; never falls where the score grows (for a slope that is not negative). */
export function calibrate(calibration: Calibration, score: number): number {
  switch (calibration.kind) {
    case 'none':
      return sigmoid(score);
    case 'platt':
      return sigmoid(calibration.slope * score + calibration.intercept);
    case 'isotonic':
      return interpolate(calibration.scores, calibration.probabilities, score);
  }
}

function sigmoid(logOdds: number): number {
  return 1 / (1 + Math.exp(-logOdds));
}
