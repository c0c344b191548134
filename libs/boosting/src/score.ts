import { setImmediate as nextTurn } from 'node:timers/promises';
import { Problem } from '#libs/problem';
import { encodeColumn } from './encode-column.js';
import { type BoostedModel, type Tree } from './model.js';
import { checkRows, type Rows } from './rows.js';

/** Rows scored in one turn of the event loop: a few milliseconds for some hundred trees. */
const ROWS_PER_TURN = 1024;

/**
 * Log-odds of each row, as the exported model gives them: leaf values are summed in double precision, tree by tree, then the base
 * score is added and the sum rounded to float32. Columns are found by name; others may be present. Gives way to other work between
 * blocks of rows.
 * @throws Problem `invalid boosting/column` where a feature has no column or one of the other kind
 */
export async function scoreRows(model: BoostedModel, rows: Rows, signal?: AbortSignal): Promise<Float32Array> {
  checkRows(rows);
  const columns: Float32Array[] = [];
  for (const feature of model.features) {
    const column = rows.columns.find((candidate) => candidate.name === feature.name);
    if (!column)
      throw new Problem('invalid', 'boosting/column', `there is no column '${feature.name}'`, { column: feature.name });
    const values = new Float32Array(rows.count);
    encodeColumn(feature, column, values, 0);
    columns.push(values);
    await nextTurn();
  }
  const trees = model.trees.map(compileTree);
  const scores = new Float32Array(rows.count);
  for (let begin = 0; begin < rows.count; begin += ROWS_PER_TURN) {
    if (signal?.aborted) throw new Problem('cancelled', 'boosting/cancelled', 'the scoring was cancelled');
    scoreBlock(trees, columns, model.baseScore, scores, begin, Math.min(rows.count, begin + ROWS_PER_TURN));
    await nextTurn();
  }
  return scores;
}

interface CompiledTree {
  readonly feature: Int32Array;
  readonly threshold: Float32Array;
  readonly missingLeft: Uint8Array;
  readonly left: Int32Array;
  readonly right: Int32Array;
  readonly value: Float64Array;
}

function compileTree(tree: Tree): CompiledTree {
  return {
    feature: Int32Array.from(tree.feature),
    threshold: Float32Array.from(tree.threshold),
    missingLeft: Uint8Array.from(tree.missingLeft),
    left: Int32Array.from(tree.left),
    right: Int32Array.from(tree.right),
    value: Float64Array.from(tree.value),
  };
}

function scoreBlock(
  trees: readonly CompiledTree[],
  columns: readonly Float32Array[],
  base: number,
  scores: Float32Array,
  begin: number,
  end: number,
): void {
  const sums = new Float64Array(end - begin);
  for (const tree of trees) for (let row = begin; row < end; row++) sums[row - begin]! += leafValue(tree, columns, row);
  for (let row = begin; row < end; row++) scores[row] = sums[row - begin]! + base;
}

function leafValue(tree: CompiledTree, columns: readonly Float32Array[], row: number): number {
  let node = 0;
  for (;;) {
    const left = tree.left[node]!;
    if (left === -1) return tree.value[node]!;
    const value = columns[tree.feature[node]!]![row]!;
    const goesLeft = value !== value ? tree.missingLeft[node] === 1 : value <= tree.threshold[node]!;
    node = goesLeft ? left : tree.right[node]!;
  }
}
