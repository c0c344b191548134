import { Inject, Injectable } from '@nestjs/common';
import type { Column } from '#libs/boosting';
import type { FeatureColumn as ExactColumn } from '#libs/onnx-model';
import { Problem } from '#libs/problem';
import { columnOf, identifier, numbersOf, type ColumnarResult, type SqlEngine } from '#libs/sql';
import { seededRandom } from '#libs/statistics';
import type { TrainingRows } from '../compute/trainer-task.types.js';
import type { Period } from '../pipeline-run/plan.js';
import { SQL } from '../tokens.js';
import type { FeatureColumn, TrainingSet } from '../training-set/training-set.js';

/** The rows of one period whose outcome is known. */
export interface PeriodRows {
  readonly rows: TrainingRows;
  /** Places of the rows in the training set, from 0. */
  readonly places: ArrayLike<number>;
  /** Feature values as they are stored, before they are rounded to float32: what a rule decides on. */
  readonly exact: Readonly<Record<string, ExactColumn>>;
}

export interface ReadOptions {
  readonly signal: AbortSignal;
  /** Shuffles the labels within the period by this seed: nothing can then be learned from them. */
  readonly permuteBy?: number | undefined;
}

const DEADLINE_MS = 120_000;

/** Reads training sets from the object store. */
@Injectable()
export class TrainingRowsReader {
  constructor(@Inject(SQL) private readonly sql: SqlEngine) {}

  /** @throws Problem conflict `training/no-rows` where no outcome of the period is known */
  async read(workspace: string, set: TrainingSet, period: Period, { signal, permuteBy }: ReadOptions): Promise<PeriodRows> {
    const names = set.features.map(({ name }) => identifier(name)).join(', ');
    const result = await this.sql.columns({
      sql: `select place, moment, label, ${names} from training_set
             where moment >= $from and moment < $to and label is not null order by place`,
      tables: { training_set: { workspace, objects: [set.object.hash], rowNumberAs: 'place' } },
      params: { from: period.from, to: period.to },
      deadlineMs: DEADLINE_MS,
      shared: true,
      signal,
    });
    if (result.rowCount === 0) {
      const facts = { from: period.from.toISOString(), to: period.to.toISOString(), trainingSetId: set.id };
      throw new Problem('conflict', 'training/no-rows', 'no outcome of the period is known', facts);
    }
    const labels = labelsOf(result);
    return {
      rows: {
        count: result.rowCount,
        columns: set.features.map((feature) => columnFor(feature, result)),
        labels: permuteBy === undefined ? labels : permuted(labels, permuteBy),
        moments: Float64Array.from(columnOf(result, 'moment').values),
      },
      places: numbersOf(result, 'place').values,
      exact: Object.fromEntries(set.features.map((feature) => [feature.name, exactColumn(feature, result)])),
    };
  }
}

function labelsOf(result: ColumnarResult): Uint8Array {
  const { values } = numbersOf(result, 'label');
  return Uint8Array.from(values, (value) => {
    if (value !== 0 && value !== 1) throw new Problem('invalid', 'training/label', `a label is ${value}; labels are 0 or 1`);
    return value;
  });
}

function columnFor({ name, kind }: FeatureColumn, result: ColumnarResult): Column {
  const column = columnOf(result, name);
  if (kind === 'category') {
    if (column.kind !== 'string') throw mismatch(name, kind, column.kind);
    return { kind, name, codes: column.values, levels: column.dictionary };
  }
  if (column.kind === 'string') throw mismatch(name, kind, column.kind);
  const values = Float32Array.from(column.values);
  // Whole numbers and booleans have no NaN of their own.
  column.valid?.forEach((valid, row) => {
    if (valid === 0) values[row] = NaN;
  });
  return { kind, name, values };
}

function exactColumn({ name }: FeatureColumn, result: ColumnarResult): ExactColumn {
  const column = columnOf(result, name);
  if (column.kind === 'string') return Array.from(column.values, (code) => (code < 0 ? '' : column.dictionary[code]!));
  const values = Float64Array.from(column.values);
  column.valid?.forEach((valid, row) => {
    if (valid === 0) values[row] = NaN;
  });
  return values;
}

/** Fisher and Yates's shuffle; the share of events stays. */
function permuted(labels: Uint8Array, seed: number): Uint8Array {
  const shuffled = labels.slice();
  const random = seededRandom(seed);
  for (let i = shuffled.length - 1; i > 0; i--) {
    const other = random.below(i + 1);
    [shuffled[i], shuffled[other]] = [shuffled[other]!, shuffled[i]!];
  }
  return shuffled;
}

function mismatch(name: string, expected: string, found: string): Problem {
  return new Problem(
    'conflict',
    'training/feature-type',
    `the feature ${name} is ${expected}, but the training set holds ${found}`,
    { feature: name },
  );
}
