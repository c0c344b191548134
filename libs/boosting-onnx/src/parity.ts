import { scoreRows, type Column, type Rows } from '#libs/boosting';
import { calibrate } from '#libs/calibration';
import { featureBindings, inspectModel, packFeatures, type FeatureColumn, type InputTensor } from '#libs/onnx-model';
import { type CalibratedModel } from './export.js';

/** Runs the exported file on one batch and returns its outputs by name, row-major. */
export type RunExported = (
  inputs: readonly InputTensor[],
) => Promise<Readonly<Record<'probability' | 'score', ArrayLike<number>>>>;

/** How far the exported file is from the trained model. */
export interface Parity {
  readonly rows: number;
  /** Rows in which at least one feature was missing. */
  readonly rowsWithMissing: number;
  readonly maxProbabilityDifference: number;
  readonly maxScoreDifference: number;
}

const BATCH_ROWS = 1024;

/** Compares a trained model with its ONNX file on real rows, batch by batch; rows with missing values belong among them. */
export async function parity(source: CalibratedModel, exported: Uint8Array, rows: Rows, run: RunExported): Promise<Parity> {
  const summary = inspectModel(exported);
  const bindings = featureBindings(summary);
  const scores = await scoreRows(source.model, rows);
  const texts = new Map(rows.columns.map((column) => [column.name, column]));
  let [maxProbabilityDifference, maxScoreDifference] = [0, 0];
  for (let begin = 0; begin < rows.count; begin += BATCH_ROWS) {
    const end = Math.min(rows.count, begin + BATCH_ROWS);
    const columns = Object.fromEntries(bindings.map(({ feature }) => [feature, slice(texts.get(feature)!, begin, end)]));
    const outputs = await run(packFeatures(summary, bindings, columns, end - begin));
    for (let row = begin; row < end; row++) {
      const probability = calibrate(source.calibration, scores[row]!);
      maxProbabilityDifference = worst(maxProbabilityDifference, probability - outputs.probability[row - begin]!);
      maxScoreDifference = worst(maxScoreDifference, scores[row]! - outputs.score[row - begin]!);
    }
  }
  return { rows: rows.count, rowsWithMissing: rowsWithMissing(rows), maxProbabilityDifference, maxScoreDifference };
}

/** An output that is not a number is infinitely far: a NaN must not pass for a match. */
function worst(before: number, difference: number): number {
  return Number.isNaN(difference) ? Infinity : Math.max(before, Math.abs(difference));
}

function slice(column: Column, begin: number, end: number): FeatureColumn {
  if (column.kind === 'numeric') return column.values.subarray(begin, end);
  return Array.from(column.codes.subarray(begin, end), (code) => (code < 0 ? '' : column.levels[code]!));
}

function rowsWithMissing(rows: Rows): number {
  const missing = new Uint8Array(rows.count);
  for (const column of rows.columns) {
    for (let row = 0; row < rows.count; row++) {
      if (column.kind === 'numeric' ? Number.isNaN(column.values[row]) : column.codes[row]! < 0) missing[row] = 1;
    }
  }
  return missing.reduce((sum, flag) => sum + flag, 0);
}
