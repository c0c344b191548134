import { Problem } from '#libs/problem';
import { requireFinite, requireRows, type NumberColumn } from './columns.js';

/**
 * Sample quantiles by linear interpolation of order statistics (type 7 of Hyndman & Fan, The American Statistician 1996).
 *
 * @param values finite, in any order; not changed
 * @param levels each in [0, 1]
 */
export function quantiles(values: NumberColumn, levels: readonly number[]): readonly number[] {
  requireRows(values, 'a quantile');
  requireFinite(values, 'values');
  const sorted = Float64Array.from(values).sort();
  return levels.map((level) => {
    requireLevel(level);
    const position = level * (sorted.length - 1);
    const below = Math.floor(position);
    const low = sorted[below]!;
    const high = sorted[Math.min(below + 1, sorted.length - 1)]!;
    return low + (high - low) * (position - below);
  });
}

/**
 * The order statistic at `level` of an ascending column, without interpolation (type 1 of Hyndman & Fan): always one of the values,
 * so exact integers stay exact.
 */
export function orderStatistic(sorted: NumberColumn, level: number): number {
  requireRows(sorted, 'an order statistic');
  requireLevel(level);
  const index = Math.ceil(level * sorted.length) - 1;
  return sorted[Math.min(Math.max(index, 0), sorted.length - 1)]!;
}

function requireLevel(level: number): void {
  if (!(level >= 0 && level <= 1)) {
    throw new Problem('invalid', 'statistics/level-out-of-range', 'a quantile level must lie in [0, 1]', { level });
  }
}
