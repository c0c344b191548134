import type { ModelSignature } from './model.js';
import { elementCount, WIDTHS, type Tensor } from './tensor.js';
import { textOffsets } from './text-bytes.js';

/** Rows of a request: the first dimension that all its inputs share. */
export function rowsOf(inputs: readonly Tensor[]): number {
  return inputs[0]?.shape[0] ?? 1;
}

/** Whether two requests may share a run: all dimensions but the rows are the same. */
export function alike(left: readonly Tensor[], right: readonly Tensor[]): boolean {
  return left.every(({ shape }, i) => shape.slice(1).every((size, d) => right[i]!.shape[d + 1] === size));
}

/** Puts the rows of alike requests, whose inputs stand in the same order, one after another. */
export function joinRows(requests: readonly (readonly Tensor[])[]): readonly Tensor[] {
  const [first] = requests;
  if (requests.length === 1) return first!;
  const rows = requests.reduce((sum, inputs) => sum + rowsOf(inputs), 0);
  return first!.map((tensor, i) => ({
    ...tensor,
    shape: [rows, ...tensor.shape.slice(1)],
    bytes: Buffer.concat(requests.map((inputs) => inputs[i]!.bytes)),
  }));
}

/** Cuts outputs into the rows of each request; undefined where an output has other rows than were asked, so the model does not batch. */
export function splitRows(outputs: readonly Tensor[], counts: readonly number[]): readonly (readonly Tensor[])[] | undefined {
  if (counts.length === 1) return [outputs];
  const total = counts.reduce((sum, count) => sum + count, 0);
  const cut = outputs.map((tensor) => (tensor.shape[0] === total ? cutTensor(tensor, counts) : undefined));
  if (!cut.every((parts) => parts !== undefined)) return undefined;
  return counts.map((_, i) => cut.map((parts) => parts[i]!));
}

function cutTensor(tensor: Tensor, counts: readonly number[]): readonly Tensor[] | undefined {
  const { datatype, shape, bytes } = tensor;
  const perRow = elementCount(shape.slice(1));
  const offsets = datatype === 'BYTES' ? textOffsets(bytes, elementCount(shape)) : undefined;
  if (datatype === 'BYTES' && offsets === undefined) return undefined;
  const position = (row: number): number => (datatype === 'BYTES' ? offsets![row * perRow]! : row * perRow * WIDTHS[datatype]);
  let row = 0;
  return counts.map((count) => {
    const part = { ...tensor, shape: [count, ...shape.slice(1)], bytes: bytes.subarray(position(row), position(row + count)) };
    row += count;
    return part;
  });
}

/** The dimension sizes of a signature allow rows of several requests in one run. */
export function isBatchable(
  { inputs, outputs }: Pick<ModelSignature, 'inputs' | 'outputs'>,
  rowNames: readonly (string | undefined)[],
): boolean {
  const free = [...inputs, ...outputs].every(({ shape }) => shape[0] === -1);
  return inputs.length > 0 && outputs.length > 0 && free && new Set(rowNames).size === 1;
}
