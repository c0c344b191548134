export { Spool, type SpoolOptions, type SpoolRecord } from './spool.js';
export type { SpoolPosition } from './position.js';
export { MAX_PAYLOAD_BYTES } from './frame.js';
