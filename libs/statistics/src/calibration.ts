import { Problem } from '#libs/problem';
import { requireForecasts, type NumberColumn } from './columns.js';

/** One group of rows with similar forecasts. */
export interface CalibrationBin {
  /** Least and greatest forecast in the bin. */
  readonly low: number;
  readonly high: number;
  readonly count: number;
  readonly meanProbability: number;
  readonly observedRate: number;
}

/** Most bins that a curve may have; more would show noise. */
const MOST_BINS = 1_000;

/**
 * Reliability curve over bins of equally many rows (Niculescu-Mizil & Caruana, ICML 2005). Equal forecasts never part, so a bin
 * may hold more rows than its share, and there may be fewer bins than asked.
 *
 * @param bins at least 1 and at most 1,000; 10 by default
 */
export function calibrationCurve(probabilities: NumberColumn, outcomes: NumberColumn, bins = 10): readonly CalibrationBin[] {
  requireForecasts(probabilities, outcomes);
  if (!Number.isInteger(bins) || bins < 1 || bins > MOST_BINS) {
    throw new Problem('invalid', 'statistics/bin-count', `bins must be a whole number from 1 to ${MOST_BINS}`, { bins });
  }
  const rows = Uint32Array.from({ length: outcomes.length }, (_, row) => row).sort(
    (a, b) => probabilities[a]! - probabilities[b]!,
  );
  const curve: CalibrationBin[] = [];
  for (let start = 0; start < rows.length;) {
    let end = Math.max(start + 1, Math.round(((curve.length + 1) * rows.length) / bins));
    if (curve.length === bins - 1) end = rows.length;
    while (end < rows.length && probabilities[rows[end]!] === probabilities[rows[end - 1]!]) end++;
    curve.push(binOf(rows.subarray(start, end), probabilities, outcomes));
    start = end;
  }
  return curve;
}

function binOf(rows: Uint32Array, probabilities: NumberColumn, outcomes: NumberColumn): CalibrationBin {
  let probabilitySum = 0;
  let positives = 0;
  for (const row of rows) {
    probabilitySum += probabilities[row]!;
    positives += outcomes[row]!;
  }
  return {
    low: probabilities[rows[0]!]!,
    high: probabilities[rows[rows.length - 1]!]!,
    count: rows.length,
    meanProbability: probabilitySum / rows.length,
    observedRate: positives / rows.length,
  };
}

/**
 * Expected calibration error: mean distance of observed rate and mean forecast over the bins of {@link calibrationCurve}, weighted
 * by rows (Naeini, Cooper & Hauskrecht, AAAI 2015, with bins of equal mass as Nixon et al. 2019 advise). In [0, 1].
 */
export function expectedCalibrationError(probabilities: NumberColumn, outcomes: NumberColumn, bins = 10): number {
  return errorOfCurve(calibrationCurve(probabilities, outcomes, bins));
}

/** The expected calibration error of a curve already at hand. */
export function errorOfCurve(curve: readonly CalibrationBin[]): number {
  let weighted = 0;
  let count = 0;
  for (const bin of curve) {
    weighted += bin.count * Math.abs(bin.observedRate - bin.meanProbability);
    count += bin.count;
  }
  return count === 0 ? 0 : weighted / count;
}

/** Calibration in the large: mean of outcome minus probability; positive where forecasts are too low. In [-1, 1]. */
export function meanResidual(probabilities: NumberColumn, outcomes: NumberColumn): number {
  requireForecasts(probabilities, outcomes);
  let sum = 0;
  for (let i = 0; i < outcomes.length; i++) sum += outcomes[i]! - probabilities[i]!;
  return sum / outcomes.length;
}
