import { type Calibration, type IsotonicCurve } from '#libs/calibration';
import { attribute, elementCode, node, tensor, type GraphNode, type Tensor } from '#libs/onnx-model';

/** Nodes and constants between a score and a probability. */
export interface CalibrationGraph {
  readonly nodes: readonly GraphNode[];
  readonly constants: readonly Tensor[];
}

/** A calibration in double precision: reads the float `score` [N, 1] and makes the float `probability` [N, 1]. */
export function calibrationGraph(calibration: Calibration): CalibrationGraph {
  const middle =
    calibration.kind === 'isotonic'
      ? curve(calibration)
      : logistic(calibration.kind === 'platt' ? calibration : { slope: 1, intercept: 0 });
  return {
    nodes: [
      node('Cast', ['score'], ['score_double'], { to: attribute.int(elementCode('double')) }),
      ...middle.nodes,
      node('Cast', ['probability_double'], ['probability'], { to: attribute.int(elementCode('float')) }),
    ],
    constants: middle.constants,
  };
}

function logistic({ slope, intercept }: { readonly slope: number; readonly intercept: number }): CalibrationGraph {
  return {
    nodes: [
      node('Mul', ['score_double', 'slope'], ['scaled']),
      node('Add', ['scaled', 'intercept'], ['log_odds']),
      node('Neg', ['log_odds'], ['negative']),
      node('Exp', ['negative'], ['odds_against']),
      node('Add', ['odds_against', 'one'], ['parts']),
      node('Div', ['one', 'parts'], ['probability_double']),
    ],
    constants: [double('slope', [slope]), double('intercept', [intercept]), double('one', [1])],
  };
}

/** Counts the knots at or before the score, and follows the line from the last of them. */
function curve({ scores, probabilities }: IsotonicCurve): CalibrationGraph {
  const rises = scores.map((score, i) =>
    i + 1 < scores.length ? (probabilities[i + 1]! - probabilities[i]!) / (scores[i + 1]! - score) : 0,
  );
  // Before the first knot the line is flat: an own piece with the first probability and no rise.
  return {
    nodes: [
      node('GreaterOrEqual', ['score_double', 'knots'], ['passed']),
      node('Cast', ['passed'], ['passed_count'], { to: attribute.int(elementCode('int64')) }),
      node('ReduceSum', ['passed_count', 'axis'], ['piece'], { keepdims: attribute.int(1) }),
      node('Gather', ['starts', 'piece'], ['start']),
      node('Gather', ['heights', 'piece'], ['height']),
      node('Gather', ['rises', 'piece'], ['rise']),
      node('Sub', ['score_double', 'start'], ['run']),
      node('Mul', ['run', 'rise'], ['risen']),
      node('Add', ['height', 'risen'], ['probability_double']),
    ],
    constants: [
      double('knots', scores, [1, scores.length]),
      double('starts', [scores[0]!, ...scores]),
      double('heights', [probabilities[0]!, ...probabilities]),
      double('rises', [0, ...rises]),
      tensor('axis', 'int64', [1], [1]),
    ],
  };
}

function double(name: string, values: readonly number[], shape: readonly number[] = [values.length]): Tensor {
  return tensor(name, 'double', shape, values);
}
