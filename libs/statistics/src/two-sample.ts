import { requireFinite, requireRows, type NumberColumn } from './columns.js';
import { kolmogorovSmirnovPValue } from './survival.js';

/** Distances of two samples that are at hand whole; sketches are compared in `drift.ts`. */
export interface SampleDistance {
  /** Greatest distance of the two empirical distribution functions (Smirnov 1948). */
  readonly kolmogorovSmirnov: number;
  /** Of the Kolmogorov–Smirnov test, taking rows as independent. */
  readonly pValue: number;
  /** Earth mover's distance W1 in the unit of the values: the area between the distribution functions (Vallender 1974). */
  readonly wasserstein: number;
}

/** Kolmogorov–Smirnov and Wasserstein distance of two samples in one sweep; exact, ties included. */
export function sampleDistance(a: NumberColumn, b: NumberColumn): SampleDistance {
  for (const sample of [a, b]) {
    requireRows(sample, 'a distance');
    requireFinite(sample, 'values');
  }
  const x = Float64Array.from(a).sort();
  const y = Float64Array.from(b).sort();
  let i = 0;
  let j = 0;
  let kolmogorovSmirnov = 0;
  let wasserstein = 0;
  let previous = Math.min(x[0]!, y[0]!);
  while (i < x.length || j < y.length) {
    const value = Math.min(i < x.length ? x[i]! : Infinity, j < y.length ? y[j]! : Infinity);
    wasserstein += Math.abs(i / x.length - j / y.length) * (value - previous);
    while (i < x.length && x[i] === value) i++;
    while (j < y.length && y[j] === value) j++;
    kolmogorovSmirnov = Math.max(kolmogorovSmirnov, Math.abs(i / x.length - j / y.length));
    previous = value;
  }
  return { kolmogorovSmirnov, wasserstein, pValue: kolmogorovSmirnovPValue(kolmogorovSmirnov, x.length, y.length) };
}
