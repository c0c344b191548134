import { Problem } from '#libs/problem';

/** A text and a lower bound of how often it came. */
export interface HeavyHitter {
  readonly text: string;
  readonly count: number;
}

/**
 * The most frequent texts of a column in bounded memory (Misra & Gries 1982; merging as Agarwal et al., "Mergeable Summaries", PODS
 * 2012). Every text that makes up more than 1 / (capacity + 1) of the rows is held, and no count is short by more than `error`, which
 * is at most rows / (capacity + 1). Exact while there are at most `capacity` distinct texts.
 */
export class HeavyHitters {
  private readonly counters = new Map<string, number>();
  private rowCount = 0;
  private shortfall = 0;

  constructor(readonly capacity: number) {
    if (!Number.isInteger(capacity) || capacity < 1 || capacity > 100_000) {
      throw new Problem('invalid', 'statistics/capacity', 'capacity must be a whole number from 1 to 100,000', { capacity });
    }
  }

  /** Counts the texts; the empty text stands for a missing value and is left out. */
  add(texts: Iterable<string>): this {
    for (const text of texts) {
      if (text === '') continue;
      this.rowCount++;
      const count = this.counters.get(text);
      if (count !== undefined) this.counters.set(text, count + 1);
      else if (this.counters.size < this.capacity) this.counters.set(text, 1);
      else this.lower(1);
    }
    return this;
  }

  /** A new summary of both summaries' rows, with the same guarantee. */
  merge(other: HeavyHitters): HeavyHitters {
    const merged = new HeavyHitters(Math.min(this.capacity, other.capacity));
    merged.rowCount = this.rowCount + other.rowCount;
    merged.shortfall = this.shortfall + other.shortfall;
    for (const [text, count] of [...this.counters, ...other.counters]) {
      merged.counters.set(text, (merged.counters.get(text) ?? 0) + count);
    }
    const beyond = [...merged.counters.values()].sort((a, b) => b - a)[merged.capacity];
    if (beyond !== undefined) merged.lower(beyond);
    return merged;
  }

  /** The texts by falling count, ties by text, at most `most`. */
  top(most: number = this.capacity): readonly HeavyHitter[] {
    return [...this.counters]
      .map(([text, count]) => ({ text, count }))
      .sort((a, b) => b.count - a.count || (a.text < b.text ? -1 : 1))
      .slice(0, most);
  }

  /** Rows with a text. */
  get rows(): number {
    return this.rowCount;
  }

  /** No count is short by more than this. */
  get error(): number {
    return this.shortfall;
  }

  private lower(by: number): void {
    this.shortfall += by;
    for (const [text, count] of this.counters) {
      if (count > by) this.counters.set(text, count - by);
      else this.counters.delete(text);
    }
  }
}
