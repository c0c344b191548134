import { CONTROL, NODE, SPLIT, SUMS, type Arena } from './arena.js';
import { HISTOGRAM_BINS, MISSING_BIN } from './bins.js';
import { type Crew } from './crew.js';
import { type Tree } from './model.js';

/** A leaf on the way: its rows stand in `order` from `begin` to `end`, its histogram in `slot`. */
interface Leaf {
  readonly node: number;
  readonly slot: number;
  readonly begin: number;
  readonly end: number;
  readonly gradient: number;
  readonly hessian: number;
  readonly split: Split | undefined;
}

interface Split {
  readonly feature: number;
  readonly gain: number;
  readonly bin: number;
  readonly missingLeft: boolean;
  readonly leftGradient: number;
  readonly leftHessian: number;
}

/** A step on fewer cells than this is not worth waking another thread. */
const ALONE_CELLS = 30_000;
/** Gains below this are rounding. */
const LEAST_GAIN = 1e-9;

/** Grows one tree leaf by leaf on the rows in `order[0, rows)`, over the first `active` features of `arena.active`. */
export class TreeGrowth {
  private readonly gains: Float64Array;
  private readonly right: Int32Array;
  private nodeCount = 0;

  constructor(
    private readonly arena: Arena,
    private readonly crew: Crew,
    private readonly learningRate: number,
  ) {
    this.gains = new Float64Array(arena.shape.leaves * 2);
    this.right = new Int32Array(arena.shape.rows);
  }

  grow(rows: number): Tree {
    this.nodeCount = 1;
    const leaves = [this.root(rows)];
    while (leaves.length < this.arena.shape.leaves) {
      const index = bestLeaf(leaves);
      const leaf = leaves[index]!;
      if (!leaf.split || leaf.split.gain < LEAST_GAIN) break;
      const last = leaves.length + 1 === this.arena.shape.leaves;
      const [left, right] = this.divide(leaf, leaf.split, leaves.length, last);
      leaves[index] = left;
      leaves.push(right);
    }
    for (const leaf of leaves) this.close(leaf);
    return this.tree();
  }

  private root(rows: number): Leaf {
    this.gather(0, rows);
    let gradient = 0;
    let hessian = 0;
    for (let i = 0; i < 2 * rows; i += 2) {
      gradient += this.arena.ordered[i]!;
      hessian += this.arena.ordered[i + 1]!;
    }
    const leaf: Leaf = { node: 0, slot: 0, begin: 0, end: rows, gradient, hessian, split: undefined };
    this.search(leaf, undefined);
    return { ...leaf, split: this.chosen(0) };
  }

  /** Splits a leaf; the larger child keeps the histogram slot, the smaller gets a new one. */
  private divide(leaf: Leaf, split: Split, newSlot: number, last: boolean): [Leaf, Leaf] {
    const middle = this.partition(leaf, split);
    const leftSmall = middle - leaf.begin <= leaf.end - middle;
    const [leftNode, rightNode] = [this.nodeCount, this.nodeCount + 1];
    this.nodeCount += 2;
    this.writeSplit(leaf.node, split, leftNode, rightNode);
    const left: Leaf = {
      ...{ node: leftNode, slot: leftSmall ? newSlot : leaf.slot, begin: leaf.begin, end: middle },
      ...{ gradient: split.leftGradient, hessian: split.leftHessian, split: undefined },
    };
    const right: Leaf = {
      ...{ node: rightNode, slot: leftSmall ? leaf.slot : newSlot, begin: middle, end: leaf.end },
      ...{ gradient: leaf.gradient - split.leftGradient, hessian: leaf.hessian - split.leftHessian, split: undefined },
    };
    if (last) return [left, right];
    const [small, large] = leftSmall ? [left, right] : [right, left];
    if (large.end - large.begin < 2 * this.arena.shape.rules.minRows) return [left, right];
    this.gather(small.begin, small.end);
    this.search(small, large);
    const [smallSplit, largeSplit] = [this.chosen(0), this.chosen(SPLIT.size)];
    return [
      { ...left, split: leftSmall ? smallSplit : largeSplit },
      { ...right, split: leftSmall ? largeSplit : smallSplit },
    ];
  }

  private search(small: Leaf, large: Leaf | undefined): void {
    const { control, sums } = this.arena;
    control[CONTROL.begin] = small.begin;
    control[CONTROL.end] = small.end;
    control[CONTROL.smallSlot] = small.slot;
    control[CONTROL.smallRows] = small.end - small.begin;
    control[CONTROL.largeSlot] = large ? large.slot : -1;
    control[CONTROL.largeRows] = large ? large.end - large.begin : 0;
    sums[SUMS.smallGradient] = small.gradient;
    sums[SUMS.smallHessian] = small.hessian;
    sums[SUMS.largeGradient] = large?.gradient ?? 0;
    sums[SUMS.largeHessian] = large?.hessian ?? 0;
    const features = control[CONTROL.activeFeatures]!;
    this.crew.run('search', features, features * (small.end - small.begin + 2 * HISTOGRAM_BINS) < ALONE_CELLS);
  }

  /** The best split over the active features; of equal gains that of the first feature. */
  private chosen(offset: number): Split | undefined {
    const { splits, active, control } = this.arena;
    let best: Split | undefined;
    for (let i = 0; i < control[CONTROL.activeFeatures]!; i++) {
      const feature = active[i]!;
      const at = feature * 2 * SPLIT.size + offset;
      const gain = splits[at + SPLIT.gain]!;
      if (gain <= (best?.gain ?? 0)) continue;
      best = {
        ...{ feature, gain, bin: splits[at + SPLIT.bin]!, missingLeft: splits[at + SPLIT.missingLeft] === 1 },
        ...{ leftGradient: splits[at + SPLIT.leftGradient]!, leftHessian: splits[at + SPLIT.leftHessian]! },
      };
    }
    return best;
  }

  /** Moves the rows that go left before the others, both in their old order; returns where the right side begins. */
  private partition(leaf: Leaf, split: Split): number {
    const { order, shape, bins } = this.arena;
    const column = bins.subarray(split.feature * shape.rows, (split.feature + 1) * shape.rows);
    let middle = leaf.begin;
    let moved = 0;
    for (let i = leaf.begin; i < leaf.end; i++) {
      const row = order[i]!;
      const bin = column[row]!;
      if (bin === MISSING_BIN ? split.missingLeft : bin <= split.bin) order[middle++] = row;
      else this.right[moved++] = row;
    }
    order.set(this.right.subarray(0, moved), middle);
    return middle;
  }

  /** Lays the gradients of a leaf's rows side by side: every feature then reads them in sequence. */
  private gather(begin: number, end: number): void {
    const { order, gradients, ordered } = this.arena;
    for (let i = begin, pair = 0; i < end; i++, pair += 2) {
      const row = order[i]! * 2;
      ordered[pair] = gradients[row]!;
      ordered[pair + 1] = gradients[row + 1]!;
    }
  }

  private writeSplit(node: number, split: Split, left: number, right: number): void {
    const cell = node * NODE.size;
    this.arena.nodes.set([split.feature, split.bin, split.missingLeft ? 1 : 0, left, right], cell);
    this.gains[node] = split.gain;
  }

  /** Newton's step for a leaf, as a float32, so that the exported model adds the very same number. */
  private close(leaf: Leaf): void {
    this.arena.nodes.set([0, 0, 0, -1, -1], leaf.node * NODE.size);
    const step = -leaf.gradient / (leaf.hessian + this.arena.shape.rules.lambda || 1);
    this.arena.leafValues[leaf.node] = Math.fround(this.learningRate * step);
  }

  private tree(): Tree {
    const { nodes, bounds, leafValues } = this.arena;
    const index = Array.from({ length: this.nodeCount }, (_, node) => node);
    const cell = (offset: number): number[] => index.map((node) => nodes[node * NODE.size + offset]!);
    const [feature, bin, left] = [cell(NODE.feature), cell(NODE.bin), cell(NODE.left)];
    const isLeaf = (node: number): boolean => left[node] === -1;
    return {
      feature,
      threshold: index.map((node) => (isLeaf(node) ? 0 : bounds[feature[node]! * HISTOGRAM_BINS + bin[node]! - 1]!)),
      missingLeft: cell(NODE.missingLeft),
      left,
      right: cell(NODE.right),
      value: index.map((node) => (isLeaf(node) ? leafValues[node]! : 0)),
      gain: index.map((node) => (isLeaf(node) ? 0 : this.gains[node]!)),
    };
  }
}

function bestLeaf(leaves: readonly Leaf[]): number {
  let best = 0;
  leaves.forEach((leaf, i) => {
    if ((leaf.split?.gain ?? 0) > (leaves[best]!.split?.gain ?? 0)) best = i;
  });
  return best;
}
