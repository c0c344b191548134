import { checkExpression, type CheckedExpression, type Columns } from '#libs/expression';
import { attribute, encodeModel, featureMetadata, graphValue, node, type FeatureBinding } from '#libs/onnx-model';
import { Problem } from '#libs/problem';
import { RuleWriter } from './rule-writer.js';

/** A rule as a model: `probability` is 1 where the rule says act, else 0, so any threshold between them decides as the rule does. */
export interface CompiledRule {
  /** The ONNX file. */
  readonly model: Uint8Array;
  readonly expression: CheckedExpression;
  /** The features it reads, each an input of its own: FP64 for numbers, booleans (1, 0) and timestamps (milliseconds), BYTES for texts. */
  readonly bindings: readonly FeatureBinding[];
}

/** Act when `probability` is at least this. */
export const RULE_THRESHOLD = 0.5;

/**
 * Compiles a boolean expression over features to an ONNX model with the same decisions for every row as the evaluator of
 * `#libs/expression`: a rule acts where it is true, and neither where it is false nor where a missing value (NaN, empty text) leaves
 * it unknown. Computed in double precision.
 * @throws Problem invalid `expression/…` as checkExpression; `expression/not-in-model` where texts are ordered, two columns of text
 *   are compared, or no feature is read
 */
export function compileRule(source: string, features: Columns): CompiledRule {
  const expression = checkExpression(source, features, 'boolean');
  const columns = Object.keys(expression.columns);
  const clash = columns.find((name) => ['probability', 'decision', 'rows'].includes(name) || /^rule \d+$/.test(name));
  if (clash !== undefined)
    throw new Problem('invalid', 'expression/not-in-model', `a feature of a model cannot be named ${clash}`, { name: clash });
  const writer = new RuleWriter(expression);
  const { yes } = writer.truth(expression.root);
  const { graph } = writer;
  const [first] = graph.inputs;
  if (!first) throw new Problem('invalid', 'expression/not-in-model', 'the rule reads no feature');
  const bindings = graph.inputs.map(({ name, type }): FeatureBinding => ({ feature: name, input: name, column: 0, type }));
  const model = encodeModel({
    name: 'rule',
    inputs: graph.inputs,
    outputs: [graphValue('probability', 'float', ['N', 1])],
    constants: graph.usedConstants([yes]),
    nodes: [
      ...graph.nodes,
      node('Cast', [yes], ['decision'], { to: attribute.int(1) }),
      // A part without a feature has one row; the answer has as many as were asked.
      node('Shape', [first.name], ['rows']),
      node('Expand', ['decision', 'rows'], ['probability']),
    ],
    metadata: { ...featureMetadata(bindings), 'millrace.rule': source },
  });
  return { model, expression, bindings };
}
