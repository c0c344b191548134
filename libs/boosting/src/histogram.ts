import { CONTROL, SLOT, SPLIT, SUMS, type Arena } from './arena.js';
import { HISTOGRAM_BINS } from './bins.js';
import { bestSplit, type LeafSums } from './split.js';

const FEATURE_CELLS = HISTOGRAM_BINS * SLOT;

/**
 * Fills one feature's histogram of the small leaf, makes the large leaf's by subtracting it from their parent's (whose slot the
 * large leaf keeps), and finds both leaves' best split on the feature.
 */
export function searchFeature(arena: Arena, feature: number): void {
  const { control, histograms, shape, sums } = arena;
  const begin = control[CONTROL.begin]!;
  const end = control[CONTROL.end]!;
  const largeSlot = control[CONTROL.largeSlot]!;
  const cellsOf = (slot: number): Float64Array => {
    const start = (slot * shape.features + feature) * FEATURE_CELLS;
    return histograms.subarray(start, start + FEATURE_CELLS);
  };
  const small = cellsOf(control[CONTROL.smallSlot]!);
  const bins = arena.bins.subarray(feature * shape.rows, (feature + 1) * shape.rows);
  fill(small, bins, arena.order, arena.ordered, begin, end);
  const bounds = arena.boundCounts[feature]!;
  const at = feature * 2 * SPLIT.size;
  const smallSums: LeafSums = {
    gradient: sums[SUMS.smallGradient]!,
    hessian: sums[SUMS.smallHessian]!,
    rows: control[CONTROL.smallRows]!,
  };
  bestSplit(small, bounds, smallSums, shape.rules, arena.splits, at);
  if (largeSlot < 0) return;
  const large = cellsOf(largeSlot);
  for (let i = 0; i < (bounds + 1) * SLOT; i++) large[i]! -= small[i]!;
  const largeSums: LeafSums = {
    gradient: sums[SUMS.largeGradient]!,
    hessian: sums[SUMS.largeHessian]!,
    rows: control[CONTROL.largeRows]!,
  };
  bestSplit(large, bounds, largeSums, shape.rules, arena.splits, at + SPLIT.size);
}

function fill(cells: Float64Array, bins: Uint8Array, order: Int32Array, ordered: Float32Array, begin: number, end: number): void {
  cells.fill(0);
  for (let i = begin, pair = 0; i < end; i++, pair += 2) {
    const cell = bins[order[i]!]! * SLOT;
    cells[cell]! += ordered[pair]!;
    cells[cell + 1]! += ordered[pair + 1]!;
    cells[cell + 2]! += 1;
  }
}
