import { CONTROL, type Arena } from './arena.js';
import { assignBins, findBounds, HISTOGRAM_BINS, holdsInfinity } from './bins.js';

/** Finds a feature's bounds on the training rows and bins training and validation rows by them. */
export function binFeature(arena: Arena, feature: number): void {
  const { rows, validationRows } = arena.shape;
  const start = feature * (rows + validationRows);
  const training = arena.values.subarray(start, start + rows);
  const validation = arena.values.subarray(start + rows, start + rows + validationRows);
  if (holdsInfinity(training) || holdsInfinity(validation)) {
    Atomics.store(arena.control, CONTROL.infinite, feature + 1);
    return;
  }
  const bounds = findBounds(training, arena.shape.bins);
  arena.bounds.set(bounds, feature * HISTOGRAM_BINS);
  arena.boundCounts[feature] = bounds.length;
  assignBins(training, bounds, arena.bins.subarray(feature * rows, (feature + 1) * rows));
  assignBins(validation, bounds, arena.validationBins.subarray(feature * validationRows, (feature + 1) * validationRows));
}
