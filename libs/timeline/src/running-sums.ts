import type { TimelineEntry } from './timeline.js';
import { toUnits } from './fixed-point.js';

/** Rows of one entity, column by column, by growing known time. */
export interface MeasuredRows {
  readonly knownMs: ArrayLike<number>;
  /** NaN where a row has no value: it counts for other measures only. */
  readonly measures: readonly { readonly values: ArrayLike<number>; readonly fractionBits: number }[];
}

/**
 * The running count of rows, then the running count and sum of each measure: a trailing window is the difference of two entries.
 * Rows known at the same moment are one entry.
 */
export function* runningSums({ knownMs, measures }: MeasuredRows, start = 0, end = knownMs.length): Generator<TimelineEntry> {
  const counts = measures.map(() => 0);
  const sums = measures.map(() => 0);
  for (let row = start; row < end; row++) {
    for (const [index, { values, fractionBits }] of measures.entries()) {
      const value = values[row]!;
      if (Number.isNaN(value)) continue;
      counts[index]!++;
      sums[index]! += toUnits(value, fractionBits) / 2 ** fractionBits;
    }
    if (row + 1 < end && knownMs[row + 1] === knownMs[row]) continue;
    yield { knownMs: knownMs[row]!, values: [row + 1 - start, ...counts.flatMap((count, index) => [count, sums[index]!])] };
  }
}
