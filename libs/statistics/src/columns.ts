import { Problem } from '#libs/problem';

/** A column of numbers: a plain or a typed array. */
export type NumberColumn = ArrayLike<number>;

/** Refuses columns that do not correspond row by row. */
export function requireSameLength(a: NumberColumn, b: NumberColumn, what: string): void {
  if (a.length !== b.length) {
    throw new Problem('invalid', 'statistics/lengths-differ', `${what} must have the same number of rows`, {
      first: a.length,
      second: b.length,
    });
  }
}

/** Refuses an empty column: a mean of nothing is not a number. */
export function requireRows(column: NumberColumn, what: string): void {
  if (column.length === 0) throw new Problem('invalid', 'statistics/no-rows', `${what} needs at least one row`);
}

/** Refuses anything but 0 and 1. */
export function requireOutcomes(outcomes: NumberColumn): void {
  for (let i = 0; i < outcomes.length; i++) {
    if (outcomes[i] !== 0 && outcomes[i] !== 1) {
      throw new Problem('invalid', 'statistics/outcome-not-binary', 'an outcome must be 0 or 1', { row: i });
    }
  }
}

/** Refuses anything outside [0, 1], NaN included. */
export function requireProbabilities(probabilities: NumberColumn): void {
  for (let i = 0; i < probabilities.length; i++) {
    const p = probabilities[i]!;
    if (!(p >= 0 && p <= 1)) {
      throw new Problem('invalid', 'statistics/probability-out-of-range', 'a probability must lie in [0, 1]', { row: i });
    }
  }
}

/** Refuses NaN and infinities. */
export function requireFinite(values: NumberColumn, what: string): void {
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i])) {
      throw new Problem('invalid', 'statistics/not-finite', `${what} must be finite numbers`, { row: i });
    }
  }
}

/** The three checks that every comparison of forecasts with outcomes starts with. */
export function requireForecasts(probabilities: NumberColumn, outcomes: NumberColumn): void {
  requireSameLength(probabilities, outcomes, 'probabilities and outcomes');
  requireRows(probabilities, 'a score');
  requireProbabilities(probabilities);
  requireOutcomes(outcomes);
}
