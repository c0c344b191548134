/** How a column of a timeline is kept. */
export type ColumnEncoding =
  /** Multiples of 2^-fractionBits, as differences: event times, and the running counts and sums of windows. Never missing. */
  { readonly kind: 'whole'; readonly fractionBits: number } | { readonly kind: 'number' } | { readonly kind: 'text' };

/** Null where missing. */
export type StoredValue = number | string | null;

/** What became visible of an entity at one moment, and stays so until the next entry. */
export interface TimelineEntry {
  /** Milliseconds since 1970 UTC; a fraction of a millisecond is rounded up, so that nothing is seen early. */
  readonly knownMs: number;
  /** One value for each column of the layout. */
  readonly values: readonly StoredValue[];
}

/** A stretch of one entity's timeline in packed form. */
export interface TimelineChunk {
  readonly firstKnownMs: number;
  readonly entryCount: number;
  readonly payload: Uint8Array;
}
