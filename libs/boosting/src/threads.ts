import { Worker } from 'node:worker_threads';
import { Problem } from '#libs/problem';
import { CONTROL, openArena, type ArenaMemory } from './arena.js';
import { type BoostOutcome, type TreeProgress } from './boost.js';
import { type BoostingOptions } from './options.js';
import { type TrainingMessage, type TrainingThread } from './training.worker.js';

/** One run of the training threads over a filled arena. */
export interface ThreadedTask {
  readonly memory: ArenaMemory;
  readonly options: BoostingOptions;
  readonly threads: number;
  readonly signal: AbortSignal | undefined;
  readonly onTree: (progress: TreeProgress) => void;
}

/** Threads run compiled code: beside this file in production, in `dist` where the tests run from the sources. */
const THREAD_FILE = new URL(
  import.meta.url.endsWith('.ts')
    ? import.meta.url.replace('/libs/boosting/src/', '/dist/libs/boosting/src/').replace(/[^/]*$/, 'training.worker.js')
    : new URL('./training.worker.js', import.meta.url),
);

/**
 * Runs one coordinating and `threads − 1` assisting threads to the end. Whatever happens, no thread is left behind.
 * @throws Problem `cancelled` after the signal was aborted
 */
export async function runThreads({ memory, options, threads, signal, onTree }: ThreadedTask): Promise<BoostOutcome> {
  const { control } = openArena(memory);
  const stop = (): void => {
    Atomics.store(control, CONTROL.stop, 1);
    Atomics.notify(control, CONTROL.ticket);
    Atomics.notify(control, CONTROL.done);
  };
  if (signal?.aborted) throw cancelled();
  const start = (thread: TrainingThread): Worker => new Worker(THREAD_FILE, { workerData: thread });
  const coordinator = start({ memory, coordinate: { options, assistants: threads - 1 } });
  const workers = [coordinator, ...Array.from({ length: threads - 1 }, () => start({ memory }))];
  signal?.addEventListener('abort', stop, { once: true });
  try {
    const outcome = await listen(coordinator, workers, onTree);
    if (!outcome) throw cancelled();
    return outcome;
  } finally {
    signal?.removeEventListener('abort', stop);
    stop();
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

/** Settles with the coordinator's last message; undefined where it was stopped. */
function listen(
  coordinator: Worker,
  workers: readonly Worker[],
  onTree: (progress: TreeProgress) => void,
): Promise<BoostOutcome | undefined> {
  return new Promise((resolve, reject) => {
    for (const worker of workers) worker.on('error', reject);
    coordinator.on('exit', (code) => reject(new Error(`the training thread ended with code ${code}`)));
    coordinator.on('message', (message: TrainingMessage) => {
      try {
        if (message.kind === 'tree') onTree(message.progress);
        else resolve(message.kind === 'done' ? message.outcome : undefined);
      } catch (fault) {
        reject(fault);
      }
    });
  });
}

function cancelled(): Problem {
  return new Problem('cancelled', 'boosting/cancelled', 'the training was cancelled');
}
