import { SLOT, SPLIT } from './arena.js';
import { MISSING_BIN } from './bins.js';
import { type SplitRules } from './split-rules.js';

/** What a leaf holds. */
export interface LeafSums {
  readonly gradient: number;
  readonly hessian: number;
  readonly rows: number;
}

/**
 * Finds the split of one leaf on one feature with the largest gain (Chen and Guestrin 2016, eq. 7, without the constant half) and
 * writes it to `splits` from `at` on; the gain is −1 where no split keeps the rules. Missing values are tried on both sides; where
 * the leaf has none, a value missing later goes with the larger side. Of equal gains the first found stays.
 */
export function bestSplit(
  cells: Float64Array,
  bounds: number,
  leaf: LeafSums,
  rules: SplitRules,
  splits: Float64Array,
  at: number,
): void {
  splits[at + SPLIT.gain] = -1;
  if (leaf.rows < 2 * rules.minRows) return;
  scan(cells, bounds, leaf, rules, splits, at, false);
  if (cells[MISSING_BIN * SLOT + 2]! > 0) scan(cells, bounds, leaf, rules, splits, at, true);
}

function scan(
  cells: Float64Array,
  bounds: number,
  leaf: LeafSums,
  { minRows, minHessian, lambda }: SplitRules,
  splits: Float64Array,
  at: number,
  missingLeft: boolean,
): void {
  const missingRows = cells[2]!;
  const parent = (leaf.gradient * leaf.gradient) / (leaf.hessian + lambda);
  let gradient = missingLeft ? cells[0]! : 0;
  let hessian = missingLeft ? cells[1]! : 0;
  let rows = missingLeft ? missingRows : 0;
  for (let bin = 1; bin <= bounds; bin++) {
    gradient += cells[bin * SLOT]!;
    hessian += cells[bin * SLOT + 1]!;
    rows += cells[bin * SLOT + 2]!;
    if (rows < minRows || hessian < minHessian) continue;
    const restHessian = leaf.hessian - hessian;
    if (leaf.rows - rows < minRows || restHessian < minHessian) break;
    const rest = leaf.gradient - gradient;
    const gain = (gradient * gradient) / (hessian + lambda) + (rest * rest) / (restHessian + lambda) - parent;
    if (!(gain > splits[at + SPLIT.gain]!)) continue;
    splits[at + SPLIT.gain] = gain;
    splits[at + SPLIT.bin] = bin;
    splits[at + SPLIT.missingLeft] = missingLeft || (missingRows === 0 && rows * 2 >= leaf.rows) ? 1 : 0;
    splits[at + SPLIT.leftGradient] = gradient;
    splits[at + SPLIT.leftHessian] = hessian;
    splits[at + SPLIT.leftRows] = rows;
  }
}
