import {
  categoryDrift,
  CategorySketch,
  controlFalseDiscoveries,
  HistogramSketch,
  numericDrift,
  type Drift,
  type Sketch,
} from '#libs/statistics';
import { daySketches, type FeatureReference } from './feature-reference.js';
import type { DatedVectors } from './vector-columns.js';

/** How one feature of one version's decisions differs from the reference. */
export interface FeatureDrift {
  readonly versionId: string;
  readonly feature: string;
  readonly psi: number;
  readonly jensenShannon: number;
  readonly kolmogorovSmirnov: number | null;
  readonly wasserstein: number | null;
  readonly pValue: number;
  /** After control of false discoveries over the features of the version in the window. */
  readonly significant: boolean;
  readonly missingShare: number;
}

/** Fewer rows, or a single day, say nothing that a reader should act on. */
export const LEAST_ROWS = 50;
const LEAST_DAYS = 2;
const FALSE_DISCOVERY_RATE = 0.05;

/** Compares a version's vectors with its reference; empty where there are too few. */
export function driftOf(
  versionId: string,
  vectors: DatedVectors,
  references: readonly FeatureReference[],
): readonly FeatureDrift[] {
  if (vectors.days.length < LEAST_ROWS || new Set(vectors.days).size < LEAST_DAYS) return [];
  const byName = new Map(references.map((reference) => [reference.feature, reference]));
  const compared = vectors.columns.flatMap((column) => {
    const reference = byName.get(column.name);
    const current = reference && daySketches(column, vectors.days, reference);
    if (!reference || !current || reference.days.length < LEAST_DAYS) return [];
    return [{ feature: column.name, drift: compare(reference.days, current) }];
  });
  const tests = controlFalseDiscoveries(
    compared.map(({ drift }) => drift.pValue),
    FALSE_DISCOVERY_RATE,
  );
  return compared.map(({ feature, drift }, i) => ({
    versionId,
    feature,
    psi: drift.stabilityIndex,
    jensenShannon: drift.jensenShannon,
    kolmogorovSmirnov: drift.kolmogorovSmirnov ?? null,
    wasserstein: drift.wasserstein ?? null,
    pValue: drift.pValue,
    significant: tests[i]!.rejected,
    missingShare: drift.missingShareNow,
  }));
}

function compare(reference: readonly Sketch[], current: readonly Sketch[]): Drift {
  if (
    reference.every((sketch) => sketch instanceof HistogramSketch) &&
    current.every((sketch) => sketch instanceof HistogramSketch)
  ) {
    return numericDrift(mergeHistograms(reference), mergeHistograms(current), { reference, current });
  }
  if (
    reference.every((sketch) => sketch instanceof CategorySketch) &&
    current.every((sketch) => sketch instanceof CategorySketch)
  ) {
    return categoryDrift(mergeCategories(reference), mergeCategories(current), { reference, current });
  }
  throw new Error('sketches of both kinds do not compare');
}

function mergeHistograms(sketches: readonly HistogramSketch[]): HistogramSketch {
  return sketches.reduce((merged, sketch) => merged.merge(sketch));
}

function mergeCategories(sketches: readonly CategorySketch[]): CategorySketch {
  return sketches.reduce((merged, sketch) => merged.merge(sketch));
}
