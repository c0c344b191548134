import { setImmediate as nextTurn } from 'node:timers/promises';
import { Problem } from '#libs/problem';
import { allocateArena, arenaBytes, openArena, type Arena, type ArenaShape } from './arena.js';
import { type TreeProgress } from './boost.js';
import { encodeColumn } from './encode-column.js';
import { type BoostedModel, type Feature } from './model.js';
import { boostingOptions, threadCount, type BoostingOptions } from './options.js';
import { checkLabels, checkRows, type LabelledRows } from './rows.js';
import { fitTargetRates } from './target-rate.js';
import { runThreads } from './threads.js';

/** One training. */
export interface TrainingTask {
  readonly training: LabelledRows;
  /** Rows the trees never see; their log-loss is reported and may stop the training. Columns as in `training`. */
  readonly validation?: LabelledRows;
  readonly options?: Partial<BoostingOptions>;
  /** Worker threads; the model does not depend on it. */
  readonly threads?: number;
  /** Ends the training with a Problem `cancelled`. */
  readonly signal?: AbortSignal;
  /** Called after each tree, on the caller's thread. */
  readonly onTree?: (progress: TreeProgress) => void;
}

/** A model and the log-loss after each of its trees. */
export interface TrainingOutcome {
  readonly model: BoostedModel;
  readonly history: readonly TreeProgress[];
}

const MAX_ARENA_BYTES = 8 * 2 ** 30;

/**
 * Gradient boosting for a binary outcome: histograms of up to 255 bins, trees grown leaf by leaf, histogram subtraction (Ke et al.
 * 2017, LightGBM), missing values with a learned direction. Runs on worker threads; the caller's event loop stays free. The model is
 * the same, bit for bit, for the same rows, options and seed on any number of threads.
 * @throws Problem `invalid boosting/…` for rows or options that cannot be trained on, before any thread is started; `cancelled
 *   boosting/cancelled` after `signal` was aborted; `too-large boosting/memory`
 */
export async function trainBoosting(task: TrainingTask): Promise<TrainingOutcome> {
  const options = boostingOptions(task.options);
  const threads = threadCount(task.threads);
  checkRows(task.training);
  checkLabels(task.training, true);
  if (task.validation) checkValidation(task.training, task.validation);
  const shape = shapeOf(task, options);
  if (arenaBytes(shape) > MAX_ARENA_BYTES) {
    throw new Problem('too-large', 'boosting/memory', `the training needs ${arenaBytes(shape)} bytes`, {
      bytes: arenaBytes(shape),
      limit: MAX_ARENA_BYTES,
    });
  }
  const memory = allocateArena(shape);
  const features = await loadRows(openArena(memory), task, options);
  const history: TreeProgress[] = [];
  const outcome = await runThreads({
    ...{ memory, options, threads, signal: task.signal },
    onTree: (progress) => {
      history.push(progress);
      task.onTree?.(progress);
    },
  });
  if (outcome.infiniteFeature !== undefined) {
    const column = features[outcome.infiniteFeature]!.name;
    throw new Problem('invalid', 'boosting/column', `the column '${column}' has an infinite value`, { column });
  }
  return {
    model: { format: 'millrace-boosting/1', options, features, baseScore: outcome.baseScore, trees: outcome.trees },
    history,
  };
}

function checkValidation(training: LabelledRows, validation: LabelledRows): void {
  checkRows(validation);
  checkLabels(validation, false);
  if (validation.count === 0) throw new Problem('invalid', 'boosting/validation', 'the validation set has no rows');
  const same =
    training.columns.length === validation.columns.length &&
    training.columns.every((column, i) => {
      const other = validation.columns[i]!;
      return other.name === column.name && other.kind === column.kind;
    });
  if (!same) throw new Problem('invalid', 'boosting/validation', 'the validation set has other columns than the training set');
}

function shapeOf(task: TrainingTask, options: BoostingOptions): ArenaShape {
  return {
    rows: task.training.count,
    validationRows: task.validation?.count ?? 0,
    features: task.training.columns.length,
    leaves: options.leaves,
    bins: options.bins,
    rules: { minRows: options.minRowsPerLeaf, minHessian: options.minHessianPerLeaf, lambda: options.lambda },
  };
}

/** Copies the rows into the threads' memory, one column a turn of the event loop, and fits the target rates. */
async function loadRows(
  arena: Arena,
  { training, validation }: TrainingTask,
  options: BoostingOptions,
): Promise<readonly Feature[]> {
  arena.labels.set(training.labels);
  if (validation) arena.validationLabels.set(validation.labels);
  const features: Feature[] = [];
  for (const [i, column] of training.columns.entries()) {
    await nextTurn();
    const feature: Feature =
      column.kind === 'numeric'
        ? { kind: 'numeric', name: column.name }
        : fitTargetRates(column, training.labels, options.priorRows);
    const start = i * (arena.shape.rows + arena.shape.validationRows);
    encodeColumn(feature, column, arena.values, start);
    if (validation) encodeColumn(feature, validation.columns[i]!, arena.values, start + arena.shape.rows);
    features.push(feature);
  }
  return features;
}
