import { Problem } from '#libs/problem';
import { requireSameLength, type NumberColumn } from './columns.js';

/**
 * Rows that count as independent when they come in clusters (days), for tests on tables of counts: rows divided by the mean design
 * effect over the cells (Rao & Scott, Annals of Statistics 1984). A column that is constant within a day has as many effective rows
 * as days; a column without any day's mark keeps its rows.
 *
 * @param clusters counts per cell of each cluster, at least two clusters
 * @param over `cells` for tests of shares; `cumulative` for tests of the distribution function (Kolmogorov–Smirnov)
 */
export function effectiveRows(clusters: readonly NumberColumn[], over: 'cells' | 'cumulative'): number {
  if (clusters.length < 2) {
    throw new Problem('invalid', 'statistics/too-few-blocks', 'a design effect needs at least two clusters', {
      clusters: clusters.length,
    });
  }
  const tables = clusters.map((cluster) => {
    requireSameLength(cluster, clusters[0]!, 'clusters');
    return over === 'cumulative' ? cumulated(cluster) : Float64Array.from(cluster);
  });
  const sizes = clusters.map((cluster) => cumulated(cluster).at(-1) ?? 0);
  const rows = sizes.reduce((a, b) => a + b, 0);
  const effect = meanDesignEffect(tables, sizes, rows);
  return Math.min(rows, Math.max(rows / effect, 1));
}

/** Between-cluster variance over the variance of independent rows, both summed over the cells so that rare cells weigh little. */
function meanDesignEffect(tables: readonly Float64Array[], sizes: readonly number[], rows: number): number {
  let clustered = 0;
  let independent = 0;
  for (let cell = 0; cell < tables[0]!.length; cell++) {
    const share = tables.reduce((sum, table) => sum + table[cell]!, 0) / rows;
    if (!(share > 0 && share < 1)) continue;
    let squares = 0;
    tables.forEach((table, i) => (squares += (table[cell]! - share * sizes[i]!) ** 2));
    clustered += ((tables.length / (tables.length - 1)) * squares) / (rows * rows);
    independent += (share * (1 - share)) / rows;
  }
  return independent === 0 ? 1 : Math.max(clustered / independent, 1);
}

function cumulated(counts: NumberColumn): Float64Array {
  let running = 0;
  return Float64Array.from(counts, (count) => (running += count));
}
