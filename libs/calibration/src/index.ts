export {
  calibrate,
  type Calibration,
  type CalibrationKind,
  type IsotonicCurve,
  type NoCalibration,
  type PlattScaling,
} from './calibration.js';
export { fitIsotonic } from './isotonic.js';
export { fitPlatt } from './platt.js';
export { type HeldOut } from './held-out.js';
