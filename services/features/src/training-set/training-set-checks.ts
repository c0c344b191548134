import { Problem } from '#libs/problem';
import type { ColumnType, DatasetVersion } from '../dataset/dataset.js';
import type { VectorPlan } from '../feature-service/vector-plan.js';
import type { TrainingSetDefinition } from './training-set.js';

const TIMES: readonly ColumnType[] = ['timestamp', 'date'];

/** @throws Problem invalid where the period is empty, or a column is missing or of another type */
export function checkRows(definition: TrainingSetDefinition, { requestColumns }: VectorPlan, rows: DatasetVersion): void {
  const { from, to, knownUntil, momentColumn, labelColumn, labelKnownColumn } = definition;
  if (!(from < to)) throw new Problem('invalid', 'features/period', 'the period ends before it begins');
  if (knownUntil < from) throw new Problem('invalid', 'features/period', 'nothing of the period was known by then');
  require(rows, momentColumn, TIMES);
  require(rows, labelColumn, ['number', 'boolean']);
  require(rows, labelKnownColumn, TIMES);
  for (const { name, type } of requestColumns) require(rows, name, type === 'number' ? ['number', 'boolean'] : ['text']);
}

function require({ datasetName, columns }: DatasetVersion, name: string, types: readonly ColumnType[]): void {
  const column = columns.find((candidate) => candidate.name === name);
  const facts = { dataset: datasetName, column: name };
  if (!column) throw new Problem('invalid', 'features/no-such-column', `${datasetName} has no column ${name}`, facts);
  if (!types.includes(column.type)) {
    throw new Problem(
      'invalid',
      'features/column-type',
      `${name} of ${datasetName} is ${column.type}, not ${types.join(' or ')}`,
      { ...facts, type: column.type },
    );
  }
}
