import { requireForecasts, requireSameLength, type NumberColumn } from './columns.js';

/** How far the forecasts of one day were from its outcomes. */
export interface DayResiduals {
  /** Any whole number that grows with the days. */
  readonly day: number;
  readonly count: number;
  /** Sum of probability minus outcome: positive where forecasts were too high. */
  readonly excess: number;
  /** Sum of probability × (1 - probability): the variance of `excess`, were the rows independent given the forecasts. */
  readonly variance: number;
}

/** Residuals by day, by growing day. */
export function residualsByDay(days: NumberColumn, probabilities: NumberColumn, outcomes: NumberColumn): readonly DayResiduals[] {
  if (days.length === 0 && probabilities.length === 0) return [];
  requireSameLength(days, probabilities, 'days and probabilities');
  requireForecasts(probabilities, outcomes);
  const sums = new Map<number, { count: number; excess: number; variance: number }>();
  for (let row = 0; row < days.length; row++) {
    const p = probabilities[row]!;
    const sum = sums.get(days[row]!) ?? { count: 0, excess: 0, variance: 0 };
    sum.count++;
    sum.excess += p - outcomes[row]!;
    sum.variance += p * (1 - p);
    sums.set(days[row]!, sum);
  }
  return [...sums].sort(([a], [b]) => a - b).map(([day, sum]) => ({ day, ...sum }));
}

/**
 * Variance of the shock that all rows of a day share, on the scale of log-odds. A day whose log-odds are all shifted by b moves its
 * excess by b · variance to first order, so excess² is on average variance + τ² · variance²; τ² is the moment estimate from many
 * days (the method of DerSimonian & Laird 1986 for random effects), never below 0. It does not depend on how many rows of each day
 * were seen.
 */
export function dayShockVariance(days: readonly DayResiduals[]): number {
  let between = 0;
  let weight = 0;
  for (const { excess, variance } of days) {
    between += excess * excess - variance;
    weight += variance * variance;
  }
  return weight === 0 ? 0 : Math.max(between / weight, 0);
}
