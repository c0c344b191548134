import { CONTROL, chunkRows, type Arena } from './arena.js';
import { type Crew } from './crew.js';
import { TreeGrowth } from './grow-tree.js';
import { type Tree } from './model.js';
import { type BoostingOptions } from './options.js';
import { randomFrom } from './random.js';

/** Mean log-loss per row after a tree; validation is absent without validation rows. */
export interface TreeProgress {
  /** 1 for the first tree. */
  readonly tree: number;
  readonly trainingLogLoss: number;
  readonly validationLogLoss: number | undefined;
}

/** The trees of a training and how they came. */
export interface BoostOutcome {
  readonly baseScore: number;
  /** Up to the tree with the best validation log-loss where training may stop early, all otherwise. */
  readonly trees: readonly Tree[];
  /** A feature with an infinite value ended the training before it began. */
  readonly infiniteFeature?: number;
}

/** The boosting loop: runs on the coordinating thread, which may block. */
export function boost(
  arena: Arena,
  crew: Crew,
  options: BoostingOptions,
  onTree: (progress: TreeProgress) => void,
): BoostOutcome {
  const { shape } = arena;
  crew.run('bin', shape.features);
  const infinite = Atomics.load(arena.control, CONTROL.infinite);
  if (infinite > 0) return { baseScore: 0, trees: [], infiniteFeature: infinite - 1 };
  const baseScore = baseLogOdds(arena.labels);
  arena.scores.fill(baseScore);
  arena.validationScores.fill(baseScore);
  const sampling = new Sampling(arena, options);
  const growth = new TreeGrowth(arena, crew, options.learningRate);
  const chunks = Math.ceil(shape.rows / chunkRows(shape.rows));
  const validationChunks = Math.ceil(shape.validationRows / chunkRows(shape.validationRows));
  const meanLoss = (count: number, rows: number): number =>
    arena.losses.subarray(0, count).reduce((sum, loss) => sum + loss, 0) / rows;
  const trees: Tree[] = [];
  let best = { loss: Infinity, trees: 0 };
  crew.run('gradient', chunks);
  while (trees.length < options.trees) {
    trees.push(growth.grow(sampling.draw()));
    crew.run('advance-training', chunks);
    crew.run('gradient', chunks);
    const trainingLogLoss = meanLoss(chunks, shape.rows);
    let validationLogLoss: number | undefined;
    if (shape.validationRows > 0) {
      crew.run('advance-validation', validationChunks);
      validationLogLoss = meanLoss(validationChunks, shape.validationRows);
      if (validationLogLoss < best.loss) best = { loss: validationLogLoss, trees: trees.length };
    }
    onTree({ tree: trees.length, trainingLogLoss, validationLogLoss });
    if (options.patience > 0 && validationLogLoss !== undefined && trees.length - best.trees >= options.patience) break;
  }
  const stopsEarly = options.patience > 0 && shape.validationRows > 0;
  return { baseScore, trees: stopsEarly ? trees.slice(0, best.trees) : trees };
}

function baseLogOdds(labels: Uint8Array): number {
  let events = 0;
  for (const label of labels) events += label;
  return Math.fround(Math.log(events / (labels.length - events)));
}

/** Draws the rows and features of each tree. */
class Sampling {
  private readonly random: () => number;

  constructor(
    private readonly arena: Arena,
    private readonly options: BoostingOptions,
  ) {
    this.random = randomFrom(options.seed);
  }

  /** Writes the next tree's rows to `order` and its features to `active`; returns the number of rows. */
  draw(): number {
    const { arena, options } = this;
    const features = this.choose(arena.shape.features, options.featureFraction);
    arena.active.set(features);
    arena.control[CONTROL.activeFeatures] = features.length;
    const { order } = arena;
    let rows = 0;
    for (let row = 0; row < arena.shape.rows; row++) {
      if (options.rowFraction === 1 || this.random() < options.rowFraction) order[rows++] = row;
    }
    if (rows === 0) order[rows++] = 0;
    return rows;
  }

  /** A share of 0 … count−1, at least one, ascending: the first steps of Fisher and Yates's shuffle. */
  private choose(count: number, share: number): number[] {
    const all = Array.from({ length: count }, (_, i) => i);
    if (share === 1) return all;
    const size = Math.max(1, Math.round(count * share));
    for (let i = 0; i < size; i++) {
      const other = i + Math.floor(this.random() * (count - i));
      [all[i], all[other]] = [all[other]!, all[i]!];
    }
    return all.slice(0, size).sort((a, b) => a - b);
  }
}
