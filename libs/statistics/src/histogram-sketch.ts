import { Problem } from '#libs/problem';
import { type NumberColumn } from './columns.js';

/**
 * Mergeable summary of a numeric column over fixed cuts: whole counts per bin, missing rows, least and greatest value. Counts add,
 * so the summary depends on neither the order of the rows nor on how they were split: two replicas that saw the same rows in any
 * interleaving hold equal bytes. (Sampling sketches such as KLL, Karnin, Lang & Liberty 2016, need no cuts, yet answer differently
 * for another order; our cuts are frozen with the reference, where the resolution belongs.)
 */
export class HistogramSketch {
  readonly counts: Float64Array;
  missing = 0;
  low = Infinity;
  high = -Infinity;

  /** @param edges ascending, finite cuts as made by `histogramEdges`; bin i holds edges[i-1] <= value < edges[i] */
  constructor(readonly edges: Float64Array) {
    for (let i = 0; i < edges.length; i++) {
      if (!Number.isFinite(edges[i]) || (i > 0 && edges[i]! <= edges[i - 1]!)) {
        throw new Problem('invalid', 'statistics/edges', 'cuts must be finite and ascending', { position: i });
      }
    }
    this.counts = new Float64Array(edges.length + 1);
  }

  /** Counts the values; NaN is missing, infinities fall into the outermost bins. */
  add(values: NumberColumn): this {
    for (let i = 0; i < values.length; i++) {
      const value = values[i]! + 0; // makes -0 a plain 0, or `low` would depend on the order
      if (Number.isNaN(value)) {
        this.missing++;
        continue;
      }
      this.counts[this.binOf(value)]! += 1;
      if (value < this.low) this.low = value;
      if (value > this.high) this.high = value;
    }
    return this;
  }

  /** A new sketch of both sketches' rows; refused where the cuts differ. */
  merge(other: HistogramSketch): HistogramSketch {
    requireSameEdges(this, other);
    const merged = new HistogramSketch(this.edges);
    for (let i = 0; i < merged.counts.length; i++) merged.counts[i] = this.counts[i]! + other.counts[i]!;
    merged.missing = this.missing + other.missing;
    merged.low = Math.min(this.low, other.low);
    merged.high = Math.max(this.high, other.high);
    return merged;
  }

  /** Rows with a value. */
  get present(): number {
    return this.counts.reduce((sum, count) => sum + count, 0);
  }

  /** All rows. */
  get total(): number {
    return this.present + this.missing;
  }

  private binOf(value: number): number {
    let low = 0;
    let high = this.edges.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (value >= this.edges[middle]!) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Refuses two sketches whose counts do not correspond. */
export function requireSameEdges(a: HistogramSketch, b: HistogramSketch): void {
  if (a.edges.length !== b.edges.length || a.edges.some((edge, i) => edge !== b.edges[i])) {
    throw new Problem('conflict', 'statistics/edges-differ', 'sketches with different cuts cannot be compared or merged');
  }
}
