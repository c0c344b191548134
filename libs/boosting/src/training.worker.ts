import { parentPort, workerData } from 'node:worker_threads';
import { CONTROL, openArena, type ArenaMemory } from './arena.js';
import { boost, type BoostOutcome, type TreeProgress } from './boost.js';
import { assist, Crew, Stopped } from './crew.js';
import { type BoostingOptions } from './options.js';

/** What a training thread is started with; the coordinator is the one with options. */
export interface TrainingThread {
  readonly memory: ArenaMemory;
  readonly coordinate?: { readonly options: BoostingOptions; readonly assistants: number };
}

/** What the coordinator tells. */
export type TrainingMessage =
  | { readonly kind: 'tree'; readonly progress: TreeProgress }
  | { readonly kind: 'done'; readonly outcome: BoostOutcome }
  | { readonly kind: 'stopped' };

const { memory, coordinate } = workerData as TrainingThread;
const arena = openArena(memory);
if (coordinate) runCoordinator(coordinate);
else assist(arena);

function runCoordinator({ options, assistants }: NonNullable<TrainingThread['coordinate']>): void {
  const tell = (message: TrainingMessage): void => parentPort!.postMessage(message);
  try {
    tell({
      kind: 'done',
      outcome: boost(arena, new Crew(arena, assistants), options, (progress) => tell({ kind: 'tree', progress })),
    });
  } catch (fault) {
    if (!(fault instanceof Stopped)) throw fault;
    tell({ kind: 'stopped' });
  } finally {
    Atomics.store(arena.control, CONTROL.stop, 1);
    Atomics.notify(arena.control, CONTROL.ticket);
  }
}
