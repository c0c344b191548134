import { Problem } from '#libs/problem';
import { jensenShannon, stabilityIndex, type EffectiveSizes } from './cells.js';
import { requireSameCategories, type CategorySketch } from './category-sketch.js';
import { effectiveRows } from './clustered.js';
import { requireSameEdges, type HistogramSketch } from './histogram-sketch.js';
import { kolmogorovSmirnovPValue } from './survival.js';

/** How far a column moved from its reference, by measures that see different things. */
export interface Drift {
  /** Population stability index over at most ten cells of equal reference mass, missing rows as one more. */
  readonly stabilityIndex: number;
  /** Jensen–Shannon distance over all cells, base 2, in [0, 1]. */
  readonly jensenShannon: number;
  /** Greatest distance of the distribution functions at the cuts; numeric columns only. Never above the distance of the samples. */
  readonly kolmogorovSmirnov?: number;
  /** Earth mover's distance in the column's unit, mass spread evenly inside a bin; numeric columns only. */
  readonly wasserstein?: number;
  readonly missingShareBefore: number;
  readonly missingShareNow: number;
  /** Of the column's one test (Kolmogorov–Smirnov, else the stability index), the one to put under false-discovery control. */
  readonly pValue: number;
}

/** Sketches of the single clusters (days) that the two sketches were merged from: with them the p-value knows that days share a cause. */
export interface Clusters<Sketch> {
  readonly reference: readonly Sketch[];
  readonly current: readonly Sketch[];
}

/** The rule-of-thumb limits of the stability index were made for ten cells. */
const STABILITY_CELLS = 10;

/** Compares a numeric column with its reference; sketches over the same cuts. */
export function numericDrift(reference: HistogramSketch, current: HistogramSketch, days?: Clusters<HistogramSketch>): Drift {
  requireSameEdges(reference, current);
  requireBoth(reference.total, current.total);
  const full = (sketch: HistogramSketch): number[] => [...sketch.counts, sketch.missing];
  const groups = groupsOfEqualMass(reference.counts, STABILITY_CELLS);
  const grouped = (sketch: HistogramSketch): number[] => [...grouping(sketch.counts, groups), sketch.missing];
  const stability = stabilityIndex(grouped(reference), grouped(current), days && sizesOf(days, grouped, 'cells'));
  const both = reference.present > 0 && current.present > 0;
  const gap = both ? distributionGap(reference, current) : undefined;
  const sizes = days && both ? sizesOf(days, (sketch) => [...sketch.counts], 'cumulative') : undefined;
  return {
    stabilityIndex: stability.index,
    jensenShannon: jensenShannon(full(reference), full(current)).distance,
    ...(gap && { kolmogorovSmirnov: gap.greatest, wasserstein: gap.area }),
    missingShareBefore: reference.missing / reference.total,
    missingShareNow: current.missing / current.total,
    pValue: gap
      ? kolmogorovSmirnovPValue(gap.greatest, sizes?.reference ?? reference.present, sizes?.current ?? current.present)
      : stability.pValue,
  };
}

/** Compares a text column with its reference; sketches over the same categories. */
export function categoryDrift(reference: CategorySketch, current: CategorySketch, days?: Clusters<CategorySketch>): Drift {
  requireSameCategories(reference, current);
  requireBoth(reference.total, current.total);
  const full = (sketch: CategorySketch): number[] => [...sketch.counts, sketch.other, sketch.missing];
  const stability = stabilityIndex(full(reference), full(current), days && sizesOf(days, full, 'cells'));
  return {
    stabilityIndex: stability.index,
    jensenShannon: jensenShannon(full(reference), full(current)).distance,
    missingShareBefore: reference.missing / reference.total,
    missingShareNow: current.missing / current.total,
    pValue: stability.pValue,
  };
}

function sizesOf<Sketch>(
  days: Clusters<Sketch>,
  cells: (sketch: Sketch) => number[],
  over: 'cells' | 'cumulative',
): EffectiveSizes {
  return { reference: effectiveRows(days.reference.map(cells), over), current: effectiveRows(days.current.map(cells), over) };
}

function requireBoth(reference: number, current: number): void {
  if (reference === 0 || current === 0) {
    throw new Problem('invalid', 'statistics/no-rows', 'a comparison needs rows on both sides', { reference, current });
  }
}

/** For each bin the group it belongs to: neighbouring bins joined until a group holds its share of the reference. */
function groupsOfEqualMass(counts: Float64Array, groups: number): Uint32Array {
  const total = counts.reduce((a, b) => a + b, 0);
  const group = new Uint32Array(counts.length);
  let filled = 0;
  for (let bin = 0; bin < counts.length; bin++) {
    group[bin] = Math.min(Math.floor((filled * groups) / Math.max(total, 1)), groups - 1);
    filled += counts[bin]!;
  }
  return group;
}

function grouping(counts: Float64Array, group: Uint32Array): Float64Array {
  const grouped = new Float64Array((group.at(-1) ?? 0) + 1);
  counts.forEach((count, bin) => (grouped[group[bin]!]! += count));
  return grouped;
}

/** Greatest distance and area between two distribution functions that are known at the cuts and taken as straight between them. */
function distributionGap(a: HistogramSketch, b: HistogramSketch): { greatest: number; area: number } {
  const [rowsA, rowsB] = [a.present, b.present];
  const low = Math.min(a.low, b.low);
  const high = Math.max(a.high, b.high);
  let before = 0;
  let difference = 0;
  let greatest = 0;
  let area = 0;
  for (let bin = 0; bin < a.counts.length; bin++) {
    difference += a.counts[bin]! / rowsA - b.counts[bin]! / rowsB;
    if (bin === a.counts.length - 1) difference = 0; // both functions end at 1; rounding must not say otherwise
    const from = bin === 0 ? low : Math.max(low, a.edges[bin - 1]!);
    const to = bin === a.edges.length ? high : Math.min(high, a.edges[bin]!);
    if (to > from && Number.isFinite(to - from)) area += areaUnderAbsoluteLine(before, difference) * (to - from);
    greatest = Math.max(greatest, Math.abs(difference));
    before = difference;
  }
  return { greatest, area };
}

/** Integral over [0, 1] of |line from `from` to `to`|; a line that crosses zero bounds two triangles. */
function areaUnderAbsoluteLine(from: number, to: number): number {
  if (from * to >= 0) return Math.abs(from + to) / 2;
  return (from * from + to * to) / (2 * Math.abs(from - to));
}
