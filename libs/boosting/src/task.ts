import { type Arena } from './arena.js';
import { binFeature } from './bin-feature.js';
import { updateGradients } from './gradient.js';
import { searchFeature } from './histogram.js';
import { advanceTraining, advanceValidation } from './advance.js';

/** The kinds of work that threads share. */
export const TASKS = ['bin', 'gradient', 'search', 'advance-training', 'advance-validation'] as const;
export type Task = (typeof TASKS)[number];

/** Runs the i-th task of a step: a feature for `bin` and `search`, a chunk of rows for the others. */
export function runTask(arena: Arena, task: Task, i: number): void {
  switch (task) {
    case 'bin':
      return binFeature(arena, i);
    case 'gradient':
      return updateGradients(arena, i);
    case 'search':
      return searchFeature(arena, arena.active[i]!);
    case 'advance-training':
      return advanceTraining(arena, i);
    case 'advance-validation':
      return advanceValidation(arena, i);
  }
}
