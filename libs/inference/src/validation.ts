import { Problem } from '#libs/problem';
import type { ModelSignature } from './model.js';
import { elementCount, WIDTHS, type Tensor, type TensorSpec } from './tensor.js';
import { textFault } from './text-bytes.js';

/** Bounds of one request. */
export interface RequestLimits {
  readonly maxRequestBytes: number;
  readonly maxRequestRows: number;
}

function refuse(
  slug: 'unknown-input' | 'missing-input' | 'shape' | 'datatype' | 'tensor',
  detail: string,
  tensor: string,
): Problem {
  return new Problem('invalid', `inference/${slug}`, detail, { tensor });
}

/**
 * Checks a request against the signature before the runtime sees it, which accepts zero rows and ignores inputs it does not know.
 * @returns the inputs in the signature's order
 * @throws Problem invalid `inference/unknown-input`, `inference/missing-input`, `inference/datatype`, `inference/shape`,
 *   `inference/tensor`; too-large `inference/request-too-large`
 */
export function validateInputs(signature: ModelSignature, inputs: readonly Tensor[], limits: RequestLimits): readonly Tensor[] {
  checkSize(inputs, limits);
  const byName = new Map<string, Tensor>();
  for (const input of inputs) {
    if (!signature.inputs.some(({ name }) => name === input.name)) {
      throw refuse('unknown-input', `the model has no input '${input.name.slice(0, 100)}'`, input.name.slice(0, 100));
    }
    if (byName.has(input.name)) throw refuse('tensor', `the input '${input.name}' is given twice`, input.name);
    byName.set(input.name, input);
  }
  const ordered = signature.inputs.map((spec) => {
    const input = byName.get(spec.name);
    if (!input) throw refuse('missing-input', `the input '${spec.name}' is missing`, spec.name);
    checkTensor(spec, input, limits);
    return input;
  });
  if (signature.batchable) checkSameRows(ordered);
  return ordered;
}

function checkSize(inputs: readonly Tensor[], { maxRequestBytes }: RequestLimits): void {
  const size = inputs.reduce((sum, { bytes }) => sum + bytes.length, 0);
  if (size <= maxRequestBytes) return;
  throw new Problem('too-large', 'inference/request-too-large', `a request has at most ${maxRequestBytes} bytes of tensors`, {
    size,
    maxRequestBytes,
  });
}

function checkTensor(spec: TensorSpec, { name, datatype, shape, bytes }: Tensor, { maxRequestRows }: RequestLimits): void {
  if (datatype !== spec.datatype) throw refuse('datatype', `the input '${name}' is ${spec.datatype}, not ${datatype}`, name);
  if (!fits(spec.shape, shape))
    throw refuse(
      'shape',
      `the input '${name}' has the shape [${spec.shape.join(', ')}], not [${shape.slice(0, 8).join(', ')}]`,
      name,
    );
  if (spec.shape[0] === -1 && shape[0]! > maxRequestRows) {
    throw new Problem('too-large', 'inference/request-too-large', `a request has at most ${maxRequestRows} rows`, {
      rows: shape[0]!,
      maxRequestRows,
    });
  }
  const count = elementCount(shape);
  if (datatype === 'BYTES') {
    const fault = textFault(bytes, count);
    if (fault !== undefined) throw refuse('tensor', `the input '${name}' has ${fault}`, name);
  } else if (bytes.length !== count * WIDTHS[datatype]) {
    throw refuse(
      'tensor',
      `the input '${name}' has ${bytes.length} bytes where its shape makes ${count * WIDTHS[datatype]}`,
      name,
    );
  }
  if (datatype === 'BOOL' && bytes.some((byte) => byte > 1))
    throw refuse('tensor', `the input '${name}' has a BOOL other than 0 and 1`, name);
}

function fits(wanted: readonly number[], shape: readonly number[]): boolean {
  return (
    wanted.length === shape.length &&
    shape.every((size, i) => Number.isSafeInteger(size) && size > 0 && (wanted[i] === -1 || wanted[i] === size))
  );
}

function checkSameRows(inputs: readonly Tensor[]): void {
  const [first, ...others] = inputs;
  const odd = others.find(({ shape }) => shape[0] !== first!.shape[0]);
  if (odd)
    throw refuse(
      'shape',
      `the input '${odd.name}' has ${odd.shape[0]} rows where '${first!.name}' has ${first!.shape[0]}`,
      odd.name,
    );
}
