export { entryAt, packTimeline, type ChunkLimits } from './chunk.js';
export { entityKeyOf } from './entity-key.js';
export { fractionBitsFor, toUnits } from './fixed-point.js';
export { newestKnown, type DatedRow } from './newest-known.js';
export { runningSums, type MeasuredRows } from './running-sums.js';
export type { ColumnEncoding, StoredValue, TimelineChunk, TimelineEntry } from './timeline.js';
