import { chunkRows, NODE, type Arena } from './arena.js';
import { MISSING_BIN } from './bins.js';
import { rowLoss } from './gradient.js';

/** Adds the tree under work to the scores of one chunk of training rows, rows it was not grown on included. */
export function advanceTraining(arena: Arena, chunk: number): void {
  const { rows } = arena.shape;
  const size = chunkRows(rows);
  const end = Math.min(rows, (chunk + 1) * size);
  for (let row = chunk * size; row < end; row++) arena.scores[row]! += leafValue(arena, arena.bins, rows, row);
}

/** Adds the tree under work to the scores of one chunk of validation rows, and sums the chunk's loss. */
export function advanceValidation(arena: Arena, chunk: number): void {
  const { validationRows } = arena.shape;
  const size = chunkRows(validationRows);
  const end = Math.min(validationRows, (chunk + 1) * size);
  let loss = 0;
  for (let row = chunk * size; row < end; row++) {
    const score = (arena.validationScores[row]! += leafValue(arena, arena.validationBins, validationRows, row));
    loss += rowLoss(1 / (1 + Math.exp(-score)), arena.validationLabels[row]!);
  }
  arena.losses[chunk] = loss;
}

function leafValue({ nodes, leafValues }: Arena, bins: Uint8Array, rows: number, row: number): number {
  let node = 0;
  for (;;) {
    const cell = node * NODE.size;
    const left = nodes[cell + NODE.left]!;
    if (left === -1) return leafValues[node]!;
    const bin = bins[nodes[cell + NODE.feature]! * rows + row]!;
    const goesLeft = bin === MISSING_BIN ? nodes[cell + NODE.missingLeft] === 1 : bin <= nodes[cell + NODE.bin]!;
    node = goesLeft ? left : nodes[cell + NODE.right]!;
  }
}
