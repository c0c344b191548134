/** A place in a spool: the number of its segment and the offset there, as one number that grows with every record. */
export type SpoolPosition = number;

/** Segments are smaller than this, so 2^53 holds eight million of them. */
export const SEGMENT_SPAN = 2 ** 30;

export function positionOf(segment: number, offset: number): SpoolPosition {
  return segment * SEGMENT_SPAN + offset;
}

export function segmentOf(position: SpoolPosition): number {
  return Math.floor(position / SEGMENT_SPAN);
}
