import { numbersOf, numberTensor, textsOf, textTensor, type Tensor, type TensorSpec } from '#libs/inference';
import { Problem } from '#libs/problem';
import type { FeatureService, ValueColumn } from '../feature-service/feature-service.js';
import type { Decision } from './decision.js';
import type { BroughtRows } from './decision-request.js';

/** The tensor that states each row's moment, in milliseconds since 1970. */
const AS_OF = 'as_of';

/** What an endpoint takes, as the protocol describes a model. */
export function endpointInputs({ requestColumns }: FeatureService): readonly TensorSpec[] {
  const columns = requestColumns.map(({ name, type }): TensorSpec => ({
    name,
    datatype: type === 'number' ? 'FP64' : 'BYTES',
    shape: [-1],
  }));
  return [...columns, { name: AS_OF, datatype: 'INT64', shape: [-1] }];
}

/** What an endpoint gives. */
export const ENDPOINT_OUTPUTS: readonly TensorSpec[] = [
  { name: 'probability', datatype: 'FP64', shape: [-1] },
  { name: 'act', datatype: 'BOOL', shape: [-1] },
  { name: 'threshold', datatype: 'FP64', shape: [-1] },
  { name: 'decision_id', datatype: 'BYTES', shape: [-1] },
  { name: 'model_version', datatype: 'BYTES', shape: [-1] },
  { name: 'arm', datatype: 'BYTES', shape: [-1] },
];

/** A request's tensors as columns. @throws Problem invalid `inference/tensor`, `serving/column-shape`, `serving/as-of` */
export function rowsFromTensors(requestId: string, tensors: readonly Tensor[]): BroughtRows {
  const moments = tensors.filter(({ name }) => name === AS_OF);
  if (moments.length > 1) throw new Problem('invalid', 'serving/as-of', 'as_of is given twice');
  return {
    requestId,
    columns: tensors.filter(({ name }) => name !== AS_OF).map(columnOf),
    asOfMs: moments[0] && momentsOf(moments[0]),
  };
}

function momentsOf(tensor: Tensor): readonly number[] {
  if (tensor.datatype !== 'INT64') throw new Problem('invalid', 'serving/as-of', `as_of is INT64, not ${tensor.datatype}`);
  checkShape(tensor);
  return Array.from(numbersOf(tensor));
}

function columnOf(tensor: Tensor): ValueColumn {
  checkShape(tensor);
  const { name } = tensor;
  return tensor.datatype === 'BYTES'
    ? { name, kind: 'text', values: textsOf(tensor) }
    : { name, kind: 'number', values: Array.from(numbersOf(tensor)) };
}

function checkShape({ name, shape }: Tensor): void {
  if (shape.length === 1 || (shape.length === 2 && shape[1] === 1)) return;
  throw new Problem(
    'invalid',
    'serving/column-shape',
    `the column '${name.slice(0, 100)}' has the shape [rows], not [${shape.join(', ')}]`,
    { column: name.slice(0, 100) },
  );
}

/** Decisions as the tensors of an answer. */
export function tensorsFromDecisions(decisions: readonly Decision[]): readonly Tensor[] {
  const shape = [decisions.length];
  const texts = (name: string, of: (decision: Decision) => string) => textTensor(name, decisions.map(of), shape);
  const numbers = (name: string, datatype: 'FP64' | 'BOOL', of: (decision: Decision) => number) =>
    numberTensor(name, datatype, decisions.map(of), shape);
  return [
    numbers('probability', 'FP64', ({ probability }) => probability),
    numbers('act', 'BOOL', ({ proposedAct }) => Number(proposedAct)),
    numbers('threshold', 'FP64', ({ threshold }) => threshold),
    texts('decision_id', ({ id }) => id),
    texts('model_version', ({ versionId }) => versionId),
    texts('arm', ({ arm }) => arm),
  ];
}
