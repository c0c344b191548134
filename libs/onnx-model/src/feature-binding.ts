import { Problem } from '#libs/problem';
import { type ElementType } from './element.js';
import { type ModelSummary } from './inspect.js';

/** Where a model reads one feature: the column of one of its input tensors. */
export interface FeatureBinding {
  readonly feature: string;
  readonly input: string;
  readonly column: number;
  readonly type: ElementType;
}

/** Values of one feature, one per row. Missing is NaN among numbers and `''` among texts. */
export type FeatureColumn = ArrayLike<number> | ArrayLike<string> | ArrayLike<boolean>;

/** An input tensor, row-major, ready for a session or for an inference request. */
export interface InputTensor {
  readonly name: string;
  readonly type: ElementType;
  readonly shape: readonly number[];
  readonly values: readonly (number | string | boolean)[];
}

const KEY = 'millrace.features';

/** The metadata entry that names the columns of a model's input tensors. */
export function featureMetadata(bindings: readonly FeatureBinding[]): Readonly<Record<string, string>> {
  return { [KEY]: JSON.stringify(bindings.map(({ feature, input, column }) => [feature, input, column])) };
}

/**
 * Which features a model reads and where. A model that does not name its columns has one feature per input of one value per row,
 * `[N]` or `[N, 1]`, by the input's name.
 * @throws Problem `invalid onnx/features` where the entry and the inputs do not fit, or an input is wider and has no names
 */
export function featureBindings(summary: ModelSummary): readonly FeatureBinding[] {
  const entry = summary.metadata[KEY];
  const bindings =
    entry === undefined ? summary.inputs.map(({ name }) => ({ feature: name, input: name, column: 0 })) : parseEntry(entry);
  const taken = new Set<string>();
  const typed = bindings.map((binding) => {
    const input = summary.inputs.find(({ name }) => name === binding.input);
    if (!input) throw refuse(`there is no input '${binding.input}'`);
    const width = widthOf(input.shape);
    if (width === undefined || binding.column >= width) throw refuse(`the input '${input.name}' has no column ${binding.column}`);
    taken.add(`${binding.column} ${binding.input}`);
    return { ...binding, type: input.type };
  });
  const columns = summary.inputs.reduce((sum, input) => sum + (widthOf(input.shape) ?? Infinity), 0);
  if (taken.size !== columns || typed.length !== columns)
    throw refuse(`${typed.length} features are named for ${columns} columns of its inputs`);
  if (new Set(typed.map(({ feature }) => feature)).size !== columns) throw refuse('two columns have the same name');
  return typed;
}

/** Columns of a batch tensor: the first dimension is the rows. */
function widthOf(shape: readonly (number | string)[]): number | undefined {
  if (shape.length === 1) return 1;
  const [, width] = shape;
  return shape.length === 2 && typeof width === 'number' && width > 0 ? width : undefined;
}

function parseEntry(entry: string): readonly Omit<FeatureBinding, 'type'>[] {
  let rows: unknown;
  try {
    rows = JSON.parse(entry);
  } catch {
    throw refuse('the entry is not JSON');
  }
  if (!Array.isArray(rows)) throw refuse('the entry is not a list');
  return rows.map((row: unknown) => {
    const [feature, input, column] = Array.isArray(row) ? (row as unknown[]) : [];
    if (typeof feature !== 'string' || typeof input !== 'string' || !Number.isInteger(column) || (column as number) < 0) {
      throw refuse('an item of the entry is not [feature, input, column]');
    }
    return { feature, input, column: column as number };
  });
}

/**
 * Packs features by name into a model's input tensors.
 * @param columns every feature of the model, `rows` values each; others are ignored
 * @throws Problem `invalid onnx/features` naming the first feature that is absent or of another length
 */
export function packFeatures(
  summary: ModelSummary,
  bindings: readonly FeatureBinding[],
  columns: Readonly<Record<string, FeatureColumn>>,
  rows: number,
): readonly InputTensor[] {
  return summary.inputs.map(({ name, type, shape }) => {
    const width = shape.length === 1 ? 1 : (shape[1] as number);
    const values = new Array<number | string | boolean>(rows * width);
    for (const { feature, input, column } of bindings) {
      if (input !== name) continue;
      const source = Object.hasOwn(columns, feature) ? columns[feature] : undefined;
      if (!source) throw refuse(`the feature '${feature}' is absent`);
      if (source.length !== rows) throw refuse(`the feature '${feature}' has ${source.length} values for ${rows} rows`);
      for (let row = 0; row < rows; row++) values[row * width + column] = source[row]!;
    }
    return { name, type, shape: shape.length === 1 ? [rows] : [rows, width], values };
  });
}

function refuse(reason: string): Problem {
  return new Problem('invalid', 'onnx/features', `the model's features cannot be read: ${reason}`);
}
