import { parseModel, scoreRows, trainBoosting, type TreeProgress } from '#libs/boosting';
import { exportBoosting } from '#libs/boosting-onnx';
import { calibrate, fitPlatt, type Calibration } from '#libs/calibration';
import { logLoss } from '#libs/statistics';
import { bestThreshold, breakEvenProbability } from '#libs/value';
import { compareVersions } from '../evaluation/comparison.js';
import { dayShocks, evaluate } from '../evaluation/evaluation.js';
import type { TaskRequest, TrainerTasks, TrainingRows } from './trainer-task.types.js';

type Input<Task extends keyof TrainerTasks> = TrainerTasks[Task]['input'];
type Output<Task extends keyof TrainerTasks> = TrainerTasks[Task]['output'];

/** Runs one task; long arithmetic, so on a thread of its own. */
export function runTrainerTask(request: TaskRequest, onTree: (progress: TreeProgress) => void): unknown {
  switch (request.task) {
    case 'train':
      return train(request.input, onTree);
    case 'calibrate':
      return fitCalibration(request.input);
    case 'forecast':
      return forecast(request.input);
    case 'export':
      return exportModel(request.input);
    case 'price':
      return price(request.input);
    case 'compare':
      return compare(request.input);
  }
}

async function train(
  { training, validation, trainer, threads }: Input<'train'>,
  onTree: (progress: TreeProgress) => void,
): Promise<Output<'train'>> {
  const { trees, leaves, learningRate, minRowsPerLeaf, earlyStoppingRounds, seed } = trainer;
  const options = { trees, leaves, learningRate, minRowsPerLeaf, seed, patience: earlyStoppingRounds ?? 0 };
  const { model } = await trainBoosting({ training, validation, options, onTree, ...(threads === undefined ? {} : { threads }) });
  return { model: JSON.stringify(model), trees: model.trees.length };
}

async function forecast({
  model,
  calibration,
  rows,
}: {
  model: string;
  calibration: Calibration;
  rows: TrainingRows;
}): Promise<Output<'forecast'>> {
  const scores = await scoreRows(parseModel(model), rows);
  return { scores, probabilities: Float64Array.from(scores, (score) => calibrate(calibration, score)) };
}

/** The threshold follows from the payoffs; the one that would have earned most on these rows is reported beside it. */
async function fitCalibration({ model, rows, payoffs }: Input<'calibrate'>): Promise<Output<'calibrate'>> {
  const scores = await scoreRows(parseModel(model), rows);
  const calibration = fitPlatt({ scores, labels: rows.labels });
  const probabilities = Float64Array.from(scores, (score) => calibrate(calibration, score));
  return {
    calibration,
    threshold: breakEvenProbability(payoffs),
    empiricalThreshold: bestThreshold(payoffs, probabilities, rows.labels).threshold,
    logLoss: logLoss(probabilities, rows.labels),
  };
}

function exportModel({ name, model, calibration, threshold, metadata }: Input<'export'>): Output<'export'> {
  return exportBoosting({ name, model: parseModel(model), calibration, threshold, metadata });
}

function price({ rows, probabilities, terms, calibration }: Input<'price'>): Output<'price'> {
  const forecasts = { moments: rows.moments, outcomes: rows.outcomes, probabilities };
  const both = {
    moments: joined(calibration.moments, rows.moments),
    outcomes: Uint8Array.from([...calibration.outcomes, ...rows.outcomes]),
    probabilities: joined(calibration.probabilities, probabilities),
  };
  return { evaluation: evaluate(forecasts, terms), shocks: dayShocks(both, terms.threshold) };
}

function compare({ rows, challenger, incumbent, payoffs, period, seed }: Input<'compare'>): Output<'compare'> {
  return compareVersions(rows, challenger, incumbent, { payoffs, period, seed });
}

function joined(first: Float64Array, second: Float64Array): Float64Array {
  const both = new Float64Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}
