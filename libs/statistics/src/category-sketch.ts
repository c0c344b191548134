import { Problem } from '#libs/problem';

/** Most categories that a sketch tells apart. */
export const MOST_CATEGORIES = 1_000;

/**
 * Mergeable counts of a text column over categories frozen with the reference; everything else is counted as `other`, and the empty
 * text as missing. Like the histogram it depends on neither order nor split of the rows, and its size is bounded however many
 * categories appear.
 */
export class CategorySketch {
  readonly counts: Float64Array;
  other = 0;
  missing = 0;
  private readonly positions: ReadonlyMap<string, number>;

  /** @param categories distinct, non-empty, at most 1,000; `HeavyHitters` finds them in a reference */
  constructor(readonly categories: readonly string[]) {
    this.positions = new Map(categories.map((category, i) => [category, i]));
    if (categories.length > MOST_CATEGORIES || this.positions.size !== categories.length || this.positions.has('')) {
      throw new Problem(
        'invalid',
        'statistics/categories',
        `categories must be distinct, non-empty and at most ${MOST_CATEGORIES}`,
        {
          categories: categories.length,
        },
      );
    }
    this.counts = new Float64Array(categories.length);
  }

  /** Counts the texts; the empty text is missing. */
  add(texts: readonly string[]): this {
    for (const text of texts) {
      const position = this.positions.get(text);
      if (position !== undefined) this.counts[position]! += 1;
      else if (text === '') this.missing++;
      else this.other++;
    }
    return this;
  }

  /** A new sketch of both sketches' rows; refused where the categories differ. */
  merge(other: CategorySketch): CategorySketch {
    requireSameCategories(this, other);
    const merged = new CategorySketch(this.categories);
    for (let i = 0; i < merged.counts.length; i++) merged.counts[i] = this.counts[i]! + other.counts[i]!;
    merged.other = this.other + other.other;
    merged.missing = this.missing + other.missing;
    return merged;
  }

  /** Rows with a text. */
  get present(): number {
    return this.counts.reduce((sum, count) => sum + count, this.other);
  }

  /** All rows. */
  get total(): number {
    return this.present + this.missing;
  }
}

/** Refuses two sketches whose counts do not correspond. */
export function requireSameCategories(a: CategorySketch, b: CategorySketch): void {
  if (a.categories.length !== b.categories.length || a.categories.some((category, i) => category !== b.categories[i])) {
    throw new Problem(
      'conflict',
      'statistics/categories-differ',
      'sketches with different categories cannot be compared or merged',
    );
  }
}
