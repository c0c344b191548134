import { chunkRows, type Arena } from './arena.js';

/** Gradient and hessian of the log-loss at the current score for one chunk of training rows, and the chunk's loss. */
export function updateGradients(arena: Arena, chunk: number): void {
  const { scores, labels, gradients } = arena;
  const size = chunkRows(arena.shape.rows);
  const end = Math.min(arena.shape.rows, (chunk + 1) * size);
  let loss = 0;
  for (let row = chunk * size; row < end; row++) {
    const label = labels[row]!;
    const probability = 1 / (1 + Math.exp(-scores[row]!));
    gradients[2 * row] = probability - label;
    gradients[2 * row + 1] = probability * (1 - probability);
    loss += rowLoss(probability, label);
  }
  arena.losses[chunk] = loss;
}

/** Log-loss of one row; a certainty that was wrong costs 34.5 instead of infinity. */
export function rowLoss(probability: number, label: number): number {
  const hit = label === 1 ? probability : 1 - probability;
  return -Math.log(hit > 1e-15 ? hit : 1e-15);
}
