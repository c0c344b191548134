import { createHash } from 'node:crypto';
import { attribute, encodeModel, graphValue, mlNode, node, tensor, type ModelGraph } from '#libs/onnx-model';
import type { ModelFile } from './model.js';

function modelFile(graph: ModelGraph): ModelFile & { readonly bytes: Uint8Array } {
  const bytes = encodeModel(graph);
  return { hash: createHash('sha256').update(bytes).digest('hex'), bytes };
}

/** `y = x · rate(place)`, and the place itself: numbers and texts, in and out, any rows. */
export const scaling = modelFile({
  name: 'scaling',
  inputs: [graphValue('x', 'float', ['N', 2]), graphValue('place', 'string', ['N', 1])],
  outputs: [graphValue('y', 'float', ['N', 2]), graphValue('echo', 'string', ['N', 1])],
  nodes: [
    mlNode('LabelEncoder', ['place'], ['rate'], {
      keys_strings: attribute.strings(['JFK', 'Zürich']),
      values_floats: attribute.floats([2, 3]),
      default_float: attribute.float(0.5),
    }),
    node('Mul', ['x', 'rate'], ['y']),
    node('Identity', ['place'], ['echo']),
  ],
});

/** Multiplies a matrix of `size` with itself, made from the input so that nothing is computed at load; one row only. */
export function slow(size: number): ReturnType<typeof modelFile> {
  return modelFile({
    name: `slow-${size}`,
    inputs: [graphValue('x', 'float', [1])],
    outputs: [graphValue('y', 'float', [1])],
    nodes: [
      node('Expand', ['x', 'size'], ['matrix']),
      node('MatMul', ['matrix', 'matrix'], ['square']),
      node('ReduceMax', ['square'], ['most'], { keepdims: attribute.int(0) }),
      node('Unsqueeze', ['most', 'axis'], ['y']),
    ],
    constants: [tensor('size', 'int64', [2], [BigInt(size), BigInt(size)]), tensor('axis', 'int64', [1], [0n])],
  });
}

/** Picks row `i` of a table of three: an index outside of it fails while it runs, not before. */
export const picking = modelFile({
  name: 'picking',
  inputs: [graphValue('i', 'int64', ['N'])],
  outputs: [graphValue('y', 'float', ['N'])],
  nodes: [node('Gather', ['table', 'i'], ['y'])],
  constants: [tensor('table', 'float', [3], [10, 20, 30])],
});

/** Says it keeps the rows, and sums them up: it must not be batched. */
export const summing = modelFile({
  name: 'summing',
  inputs: [graphValue('x', 'float', ['N'])],
  outputs: [graphValue('sum', 'float', ['N'])],
  nodes: [node('ReduceSum', ['x', 'axis'], ['sum'], { keepdims: attribute.int(1) })],
  constants: [tensor('axis', 'int64', [1], [0n])],
});
