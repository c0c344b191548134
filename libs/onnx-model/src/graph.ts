import { type ElementType } from './element.js';

/** A size that is known (a number) or named (`'N'`, the batch). */
export type Dimension = number | string;

/** A named tensor at the border of a graph. */
export interface GraphValue {
  readonly name: string;
  readonly type: ElementType;
  readonly shape: readonly Dimension[];
}

/** A constant tensor, row-major. `data` holds strings for `string`, numbers (or bigints for `int64`) otherwise. */
export interface Tensor {
  readonly name: string;
  readonly type: ElementType;
  readonly shape: readonly number[];
  readonly data: readonly string[] | ArrayLike<number> | readonly bigint[];
}

/** The value of one attribute of a node; the kind is explicit, because ONNX tells 1 from 1.0. */
export type AttributeValue =
  | { readonly kind: 'int'; readonly value: number }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'ints'; readonly values: ArrayLike<number> }
  | { readonly kind: 'floats'; readonly values: ArrayLike<number> }
  | { readonly kind: 'strings'; readonly values: readonly string[] }
  | { readonly kind: 'tensor'; readonly value: Tensor };

/** One operator call. `domain` is empty for the standard operators and `ai.onnx.ml` for the classical ones. */
export interface GraphNode {
  readonly op: string;
  readonly domain: OperatorDomain;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, AttributeValue>>;
}
export type OperatorDomain = '' | 'ai.onnx.ml';

/** A whole model: nodes must stand in an order in which each one's inputs are already made. */
export interface ModelGraph {
  readonly name: string;
  readonly inputs: readonly GraphValue[];
  readonly outputs: readonly GraphValue[];
  readonly nodes: readonly GraphNode[];
  readonly constants?: readonly Tensor[];
  /** Free text by key, kept in the file's `metadata_props`. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/** A border tensor; the batch is usually the dimension `'N'`. */
export function graphValue(name: string, type: ElementType, shape: readonly Dimension[]): GraphValue {
  return { name, type, shape };
}

/** A constant; a scalar has the shape `[]`. */
export function tensor(name: string, type: ElementType, shape: readonly number[], data: Tensor['data']): Tensor {
  return { name, type, shape, data };
}

export function node(
  op: string,
  inputs: readonly string[],
  outputs: readonly string[],
  attributes: Readonly<Record<string, AttributeValue>> = {},
): GraphNode {
  return { op, domain: '', inputs, outputs, attributes };
}

/** A node of the `ai.onnx.ml` operator set: LabelEncoder, TreeEnsembleRegressor and their family. */
export function mlNode(
  op: string,
  inputs: readonly string[],
  outputs: readonly string[],
  attributes: Readonly<Record<string, AttributeValue>> = {},
): GraphNode {
  return { op, domain: 'ai.onnx.ml', inputs, outputs, attributes };
}

/** Constructors of attribute values: `attribute.int(1)`, `attribute.floats([…])`. */
export const attribute = {
  int: (value: number): AttributeValue => ({ kind: 'int', value }),
  float: (value: number): AttributeValue => ({ kind: 'float', value }),
  string: (value: string): AttributeValue => ({ kind: 'string', value }),
  ints: (values: ArrayLike<number>): AttributeValue => ({ kind: 'ints', values }),
  floats: (values: ArrayLike<number>): AttributeValue => ({ kind: 'floats', values }),
  strings: (values: readonly string[]): AttributeValue => ({ kind: 'strings', values }),
  tensor: (value: Tensor): AttributeValue => ({ kind: 'tensor', value }),
} as const;
