export { SHARED_TYPES } from './scalars.js';
export { internalGraphError, toGraphError } from './graph-error.js';
export { guardSchema, type Report } from './guard-schema.js';
export { CurrentViewer, type GraphContext } from './graph-context.js';
export type { Connection, Serves } from './serves.js';
