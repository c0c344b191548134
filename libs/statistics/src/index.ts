export { areaUnderRoc } from './ranking.js';
export { brierScore, logLoss } from './scoring.js';
export { calibrationCurve, errorOfCurve, expectedCalibrationError, meanResidual, type CalibrationBin } from './calibration.js';
export { orderStatistic, quantiles } from './quantile.js';
export { randomFromState, seededRandom, type Random } from './random.js';
export {
  blockBootstrap,
  bootstrapMean,
  DEFAULT_CONFIDENCE,
  DEFAULT_RESAMPLES,
  type BootstrapOptions,
  type Interval,
} from './block-bootstrap.js';
export { controlFalseDiscoveries, type ControlledTest } from './false-discovery.js';
export { chiSquareSurvival, kolmogorovSmirnovPValue, kolmogorovSurvival } from './survival.js';
export { sampleDistance, type SampleDistance } from './two-sample.js';
export { histogramEdges, MOST_HISTOGRAM_BINS } from './histogram-edges.js';
export { HistogramSketch } from './histogram-sketch.js';
export { CategorySketch, MOST_CATEGORIES } from './category-sketch.js';
export { HeavyHitters, type HeavyHitter } from './heavy-hitters.js';
export { decodeSketch, encodeSketch, type Sketch } from './sketch-codec.js';
export { jensenShannon, stabilityIndex, type EffectiveSizes, type StabilityIndex } from './cells.js';
export { effectiveRows } from './clustered.js';
export { categoryDrift, numericDrift, type Clusters, type Drift } from './drift.js';
export { dayShockVariance, residualsByDay, type DayResiduals } from './day-residuals.js';
export {
  calibrationVerdict,
  observeDay,
  startCalibrationTest,
  type BetState,
  type CalibrationDirection,
  type CalibrationPlan,
  type CalibrationState,
  type CalibrationStreamPlan,
  type CalibrationVerdict,
} from './calibration-detector.js';
export { type NumberColumn } from './columns.js';
