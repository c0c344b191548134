import { Problem } from '#libs/problem';

/** One test of a family, after control. */
export interface ControlledTest {
  readonly pValue: number;
  /** Least false-discovery rate at which this test is rejected. */
  readonly adjusted: number;
  readonly rejected: boolean;
}

/**
 * Benjamini–Hochberg control of the false-discovery rate (JRSS B 1995): of the tests it rejects, at most the share `rate` is wrong on
 * average, under independence or positive dependence (Benjamini & Yekutieli 2001). Answers in the order given.
 *
 * @param pValues each in [0, 1]
 * @param rate in (0, 1), 0.05 by default
 */
export function controlFalseDiscoveries(pValues: readonly number[], rate = 0.05): readonly ControlledTest[] {
  if (!(rate > 0 && rate < 1))
    throw new Problem('invalid', 'statistics/false-discovery-rate', 'the rate must lie between 0 and 1', { rate });
  const bad = pValues.findIndex((p) => !(p >= 0 && p <= 1));
  if (bad >= 0) throw new Problem('invalid', 'statistics/p-value', 'a p-value must lie in [0, 1]', { test: bad });
  const order = pValues.map((_, i) => i).sort((a, b) => pValues[b]! - pValues[a]!);
  const adjusted = new Float64Array(pValues.length);
  let least = 1;
  order.forEach((test, fromGreatest) => {
    const rank = pValues.length - fromGreatest;
    least = Math.min(least, pValues[test]! * (pValues.length / rank)); // a factor of at least 1, so never below the p-value
    adjusted[test] = least;
  });
  return pValues.map((pValue, i) => ({ pValue, adjusted: adjusted[i]!, rejected: adjusted[i]! <= rate }));
}
