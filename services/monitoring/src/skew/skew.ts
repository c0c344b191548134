import type { FeatureColumn } from '../window/vector-columns.js';

/** Served against offline vectors. */
export interface SkewReport {
  readonly decisions: number;
  readonly comparedValues: number;
  readonly different: number;
  /** Names of the features that differ. */
  readonly features: readonly string[];
}

export const NO_SKEW: SkewReport = { decisions: 0, comparedValues: 0, different: 0, features: [] };

/**
 * Compares vectors value by value: equal means the same bits, and missing on both sides. A feature that only one side has differs in
 * every row.
 */
export function compareVectors(served: readonly FeatureColumn[], offline: readonly FeatureColumn[], rows: number): SkewReport {
  const names = [...new Set([...served, ...offline].map(({ name }) => name))].sort();
  const find = (columns: readonly FeatureColumn[], name: string): FeatureColumn | undefined =>
    columns.find((column) => column.name === name);
  const differing = names.map((name) => ({ name, count: differences(find(served, name), find(offline, name), rows) }));
  return {
    decisions: rows,
    comparedValues: names.length * rows,
    different: differing.reduce((sum, { count }) => sum + count, 0),
    features: differing.filter(({ count }) => count > 0).map(({ name }) => name),
  };
}

/** The report over both parts. */
export function joinReports(a: SkewReport, b: SkewReport): SkewReport {
  return {
    decisions: a.decisions + b.decisions,
    comparedValues: a.comparedValues + b.comparedValues,
    different: a.different + b.different,
    features: [...new Set([...a.features, ...b.features])].sort(),
  };
}

function differences(served: FeatureColumn | undefined, offline: FeatureColumn | undefined, rows: number): number {
  if (!served || !offline || served.kind !== offline.kind) return rows;
  let count = 0;
  for (let row = 0; row < rows; row++) if (!Object.is(plain(served.values[row]), plain(offline.values[row]))) count++;
  return count;
}

/** -0 and 0 are the same number to every model. */
function plain(value: string | number | undefined): string | number | undefined {
  return value === 0 ? 0 : value;
}
