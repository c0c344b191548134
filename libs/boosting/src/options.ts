import { availableParallelism } from 'node:os';
import { Problem } from '#libs/problem';

/** What shapes a model. Two trainings with equal options, rows and seed give equal models, bit for bit. */
export interface BoostingOptions {
  /** Number of trees, at most. */
  readonly trees: number;
  /** Leaves of one tree, at most; trees grow leaf by leaf, the best split first. */
  readonly leaves: number;
  readonly learningRate: number;
  /** Bins of a numeric feature, at most 255; missing values have one of their own beside them. */
  readonly bins: number;
  readonly minRowsPerLeaf: number;
  /** Sum of hessians a leaf must have: keeps leaves of rows that are already certain from growing. */
  readonly minHessianPerLeaf: number;
  /** L2 penalty on leaf values. */
  readonly lambda: number;
  /** Share of features each tree may use. */
  readonly featureFraction: number;
  /** Share of rows each tree is grown on. */
  readonly rowFraction: number;
  /** Strength of the prior in target rates of categories, in rows of the mean. */
  readonly priorRows: number;
  /** Trees without a better validation log-loss before training stops; 0 never stops early. */
  readonly patience: number;
  readonly seed: number;
}

export const DEFAULT_OPTIONS: BoostingOptions = {
  trees: 200,
  leaves: 31,
  learningRate: 0.1,
  bins: 255,
  minRowsPerLeaf: 20,
  minHessianPerLeaf: 1e-3,
  lambda: 0,
  featureFraction: 1,
  rowFraction: 1,
  priorRows: 20,
  patience: 0,
  seed: 0,
};

type Range = readonly [low: number, high: number, kind: 'whole' | 'real'];
const RANGES: Readonly<Record<keyof BoostingOptions, Range>> = {
  trees: [1, 10_000, 'whole'],
  leaves: [2, 1_024, 'whole'],
  learningRate: [1e-6, 1, 'real'],
  bins: [2, 255, 'whole'],
  minRowsPerLeaf: [1, 1e9, 'whole'],
  minHessianPerLeaf: [0, 1e9, 'real'],
  lambda: [0, 1e9, 'real'],
  featureFraction: [1e-3, 1, 'real'],
  rowFraction: [1e-3, 1, 'real'],
  priorRows: [0, 1e9, 'real'],
  patience: [0, 10_000, 'whole'],
  seed: [0, 2 ** 32 - 1, 'whole'],
};

/**
 * Fills in the defaults.
 * @throws Problem `invalid boosting/option` naming the first option out of its range
 */
export function boostingOptions(given: Partial<BoostingOptions> = {}): BoostingOptions {
  const unknown = Object.keys(given).find((name) => !(name in RANGES));
  if (unknown) throw new Problem('invalid', 'boosting/option', `there is no option '${unknown}'`, { option: unknown });
  const options = { ...DEFAULT_OPTIONS, ...given };
  for (const [name, [low, high, kind]] of Object.entries(RANGES) as [keyof BoostingOptions, Range][]) {
    const value = options[name];
    if (!(value >= low && value <= high) || (kind === 'whole' && !Number.isInteger(value))) {
      throw new Problem(
        'invalid',
        'boosting/option',
        `${name} is ${value}; it must be ${kind === 'whole' ? 'whole, ' : ''}${low} to ${high}`,
        { option: name },
      );
    }
  }
  return options;
}

/** Worker threads of one training: as many as cores, at most eight, for a step's share gets too small beyond. */
export function threadCount(given?: number): number {
  const count = given ?? Math.min(8, availableParallelism());
  if (!Number.isInteger(count) || count < 1 || count > 64)
    throw new Problem('invalid', 'boosting/option', `threads is ${count}; it must be 1 to 64`);
  return count;
}
