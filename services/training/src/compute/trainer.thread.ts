import { Worker } from 'node:worker_threads';
import type { TreeProgress } from '#libs/boosting';
import { Problem, type Facts, type ProblemKind } from '#libs/problem';
import type { TaskMessage, TrainerTask, TrainerTasks } from './trainer-task.types.js';

/** Threads run compiled code: beside this file in production, in `dist` where the tests run from the sources. */
const THREAD_FILE = new URL(
  import.meta.url.endsWith('.ts')
    ? import.meta.url.replace(/\/services\/training\/src\/.*$/, '/dist/services/training/src/compute/trainer.worker.js')
    : new URL('./trainer.worker.js', import.meta.url),
);

export interface TaskOptions {
  /** Ends the thread at once; the task fails with a Problem `cancelled`. */
  readonly signal: AbortSignal;
  readonly onTree?: (progress: TreeProgress) => void;
}

/**
 * Runs one task on a thread of its own, which ends with it: the service's event loop stays free for its callers.
 * @throws Problem that the task threw, or `cancelled training/cancelled`
 */
export async function runOnThread<Task extends TrainerTask>(
  task: Task,
  input: TrainerTasks[Task]['input'],
  { signal, onTree }: TaskOptions,
): Promise<TrainerTasks[Task]['output']> {
  if (signal.aborted) throw cancelled();
  const worker = new Worker(THREAD_FILE, { workerData: { task, input } });
  let abort: (() => void) | undefined;
  try {
    return await new Promise<TrainerTasks[Task]['output']>((resolve, reject) => {
      abort = () => reject(cancelled());
      signal.addEventListener('abort', abort, { once: true });
      worker.on('error', reject);
      worker.on('exit', (code) => reject(new Error(`the thread of ${task} ended with code ${code}`)));
      worker.on('message', (message: TaskMessage) => {
        if (message.kind === 'tree') onTree?.(message.progress);
        else if (message.kind === 'done') resolve(message.output as TrainerTasks[Task]['output']);
        else reject(revived(message.problem));
      });
    });
  } finally {
    if (abort) signal.removeEventListener('abort', abort);
    await worker.terminate();
  }
}

function revived({ kind, slug, detail, facts }: Extract<TaskMessage, { kind: 'refused' }>['problem']): Problem {
  return new Problem(kind as ProblemKind, slug as `${string}/${string}`, detail, facts as Facts);
}

function cancelled(): Problem {
  return new Problem('cancelled', 'training/cancelled', 'the pipeline run was cancelled');
}
