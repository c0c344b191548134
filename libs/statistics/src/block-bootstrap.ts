import { Problem } from '#libs/problem';
import { orderStatistic } from './quantile.js';
import { seededRandom } from './random.js';

/** How an interval is drawn. */
export interface BootstrapOptions {
  /** The same seed gives the same interval. */
  readonly seed: number | string;
  /** Resamples, 100 … 100,000; 2,000 by default. */
  readonly resamples?: number;
  /** Share of resamples inside the interval, in (0, 1); 0.95 by default. */
  readonly confidence?: number;
}

/** A percentile interval; `low` and `high` are values that a resample took. */
export interface Interval {
  readonly low: number;
  readonly high: number;
  readonly confidence: number;
}

export const DEFAULT_RESAMPLES = 2_000;
export const DEFAULT_CONFIDENCE = 0.95;

/**
 * Percentile bootstrap over blocks (Efron & Tibshirani 1993, ch. 13; whole blocks as Künsch 1989 and Field & Welsh 2007): whole days
 * are drawn with replacement, because rows of one day share the weather and a bootstrap of rows would promise too narrow an interval.
 *
 * @param blockCount number of blocks, at least 2
 * @param statistic value of a resample, given how often each block was drawn; must not keep the array
 */
export function blockBootstrap(
  blockCount: number,
  statistic: (timesDrawn: Uint32Array) => number,
  options: BootstrapOptions,
): Interval {
  const { resamples, confidence } = requireOptions(blockCount, options);
  const random = seededRandom(options.seed);
  const timesDrawn = new Uint32Array(blockCount);
  const values = new Float64Array(resamples);
  for (let r = 0; r < resamples; r++) {
    timesDrawn.fill(0);
    for (let i = 0; i < blockCount; i++) timesDrawn[random.below(blockCount)]! += 1;
    values[r] = statistic(timesDrawn);
  }
  values.sort();
  const tail = (1 - confidence) / 2;
  return { low: orderStatistic(values, tail), high: orderStatistic(values, 1 - tail), confidence };
}

/**
 * Interval of the mean of rows that come in blocks: sum of the drawn blocks' sums over sum of their counts (a ratio estimator,
 * so blocks of unequal size weigh by their rows). For a paired difference give sums of differences.
 */
export function bootstrapMean(
  blocks: readonly { readonly sum: number; readonly count: number }[],
  options: BootstrapOptions,
): Interval {
  return blockBootstrap(
    blocks.length,
    (timesDrawn) => {
      let sum = 0;
      let count = 0;
      blocks.forEach((block, i) => {
        sum += block.sum * timesDrawn[i]!;
        count += block.count * timesDrawn[i]!;
      });
      return count === 0 ? 0 : sum / count;
    },
    options,
  );
}

function requireOptions(blockCount: number, options: BootstrapOptions): { resamples: number; confidence: number } {
  const { resamples = DEFAULT_RESAMPLES, confidence = DEFAULT_CONFIDENCE } = options;
  if (!Number.isInteger(blockCount) || blockCount < 2) {
    throw new Problem('invalid', 'statistics/too-few-blocks', 'a block bootstrap needs at least two blocks', {
      blocks: blockCount,
    });
  }
  if (!Number.isInteger(resamples) || resamples < 100 || resamples > 100_000) {
    throw new Problem('invalid', 'statistics/resamples', 'resamples must be a whole number from 100 to 100,000', { resamples });
  }
  if (!(confidence > 0 && confidence < 1)) {
    throw new Problem('invalid', 'statistics/confidence', 'confidence must lie between 0 and 1', { confidence });
  }
  return { resamples, confidence };
}
