export { exportBoosting, METADATA, type CalibratedModel } from './export.js';
export { parity, type Parity, type RunExported } from './parity.js';
