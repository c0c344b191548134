import { Problem } from '#libs/problem';
import { requireSameLength, type NumberColumn } from './columns.js';
import { chiSquareSurvival } from './survival.js';

/** Rows that count as independent, for tests on rows that come in clusters. */
export interface EffectiveSizes {
  readonly reference: number;
  readonly current: number;
}

/** Added to every cell before a logarithm is taken, so that an empty cell is rare and not impossible (Jeffreys' prior). */
const PSEUDO_COUNT = 0.5;

/** Population stability index of two tables of counts. */
export interface StabilityIndex {
  /** Sum of (q - p) ln(q / p); by the banks' rule of thumb 0.1 is noticeable and 0.25 large. */
  readonly index: number;
  /** By the chi-square limit of the index (Yurdakul, "Statistical Properties of Population Stability Index", 2018). */
  readonly pValue: number;
}

/**
 * Population stability index over corresponding cells (Siddiqi, Credit Risk Scorecards, 2006), with half a row added to each cell.
 *
 * @param sizes effective rows for the p-value; the rows themselves by default
 */
export function stabilityIndex(reference: NumberColumn, current: NumberColumn, sizes?: EffectiveSizes): StabilityIndex {
  const { p, q, rows } = sharesOf(reference, current, PSEUDO_COUNT);
  let index = 0;
  for (let i = 0; i < p.length; i++) index += (q[i]! - p[i]!) * Math.log(q[i]! / p[i]!);
  const { reference: n, current: m } = sizes ?? rows;
  return { index, pValue: p.length < 2 ? 1 : chiSquareSurvival((index * n * m) / (n + m), p.length - 1) };
}

/**
 * Jensen–Shannon distance with logarithms to base 2: the square root of the divergence (Lin 1991; a metric by Endres & Schindelin 2003).
 * 0 for equal shares, 1 for disjoint ones. The p-value uses that 8 n m / (n + m) times the divergence in nats tends to chi-square.
 */
export function jensenShannon(
  reference: NumberColumn,
  current: NumberColumn,
  sizes?: EffectiveSizes,
): { readonly distance: number; readonly pValue: number } {
  const { p, q, rows } = sharesOf(reference, current, 0);
  let nats = 0;
  let cells = 0;
  for (let i = 0; i < p.length; i++) {
    const mean = (p[i]! + q[i]!) / 2;
    if (mean > 0) cells++;
    if (p[i]! > 0) nats += (p[i]! / 2) * Math.log(p[i]! / mean);
    if (q[i]! > 0) nats += (q[i]! / 2) * Math.log(q[i]! / mean);
  }
  nats = Math.max(nats, 0); // rounding may leave -1e-17
  const { reference: n, current: m } = sizes ?? rows;
  return {
    distance: Math.min(Math.sqrt(nats / Math.LN2), 1),
    pValue: cells < 2 ? 1 : chiSquareSurvival((8 * nats * n * m) / (n + m), cells - 1),
  };
}

function sharesOf(reference: NumberColumn, current: NumberColumn, added: number) {
  requireSameLength(reference, current, 'the two tables of counts');
  const n = sum(reference);
  const m = sum(current);
  if (!(n > 0 && m > 0)) throw new Problem('invalid', 'statistics/no-rows', 'a comparison needs rows on both sides');
  const share = (counts: NumberColumn, rows: number): Float64Array =>
    Float64Array.from(counts, (count) => (count + added) / (rows + added * counts.length));
  return { p: share(reference, n), q: share(current, m), rows: { reference: n, current: m } };
}

function sum(counts: NumberColumn): number {
  let total = 0;
  for (let i = 0; i < counts.length; i++) total += counts[i]!;
  return total;
}
