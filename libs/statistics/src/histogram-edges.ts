import { Problem } from '#libs/problem';
import { type NumberColumn } from './columns.js';

/** Most bins of a histogram sketch. */
export const MOST_HISTOGRAM_BINS = 256;

/**
 * Cuts for a {@link HistogramSketch}, frozen from a reference sample: bins of about equal mass, each cut midway between two
 * neighbouring values, so that a value repeated often (no rain) has a bin of its own, and a column of few values a bin for each.
 * Missing values (NaN) are left out; infinities are refused.
 *
 * @param bins most bins, 2 … 256; 64 by default
 * @returns ascending cuts, one fewer than the bins; empty where the sample has at most one distinct value
 */
export function histogramEdges(sample: NumberColumn, bins = 64): Float64Array {
  if (!Number.isInteger(bins) || bins < 2 || bins > MOST_HISTOGRAM_BINS) {
    throw new Problem('invalid', 'statistics/bin-count', `bins must be a whole number from 2 to ${MOST_HISTOGRAM_BINS}`, {
      bins,
    });
  }
  const sorted = Float64Array.from(sample)
    .filter((value) => !Number.isNaN(value))
    .sort();
  if (sorted.length > 0 && !(Number.isFinite(sorted[0]) && Number.isFinite(sorted[sorted.length - 1]))) {
    throw new Problem('invalid', 'statistics/not-finite', 'a reference sample must not hold infinities');
  }
  const runs = runsOf(sorted);
  const share = runs.length <= bins ? 1 : sorted.length / bins;
  return Float64Array.from(cutsBetween(runs, share, bins - 1));
}

interface Run {
  readonly value: number;
  readonly count: number;
}

function runsOf(sorted: Float64Array): readonly Run[] {
  const runs: Run[] = [];
  for (let start = 0; start < sorted.length;) {
    let end = start;
    while (end < sorted.length && sorted[end] === sorted[start]) end++;
    runs.push({ value: sorted[start]!, count: end - start });
    start = end;
  }
  return runs;
}

function cutsBetween(runs: readonly Run[], share: number, most: number): number[] {
  const cuts: number[] = [];
  let filled = 0;
  for (let i = 0; i + 1 < runs.length && cuts.length < most; i++) {
    filled += runs[i]!.count;
    if (filled >= share || runs[i + 1]!.count >= share) {
      const cut = midway(runs[i]!.value, runs[i + 1]!.value);
      cuts.push(cut);
      filled = 0;
    }
  }
  return cuts;
}

/** A number above `low` and at most `high`: rows equal to `low` fall below the cut and rows equal to `high` do not. */
function midway(low: number, high: number): number {
  const middle = low / 2 + high / 2;
  return middle > low && middle <= high ? middle : high;
}
