import { parentPort, workerData } from 'node:worker_threads';
import { Problem } from '#libs/problem';
import type { TaskMessage, TaskRequest } from './trainer-task.types.js';
import { runTrainerTask } from './trainer.tasks.js';

const tell = (message: TaskMessage): void => parentPort!.postMessage(message);

try {
  tell({ kind: 'done', output: await runTrainerTask(workerData as TaskRequest, (progress) => tell({ kind: 'tree', progress })) });
} catch (error) {
  if (!(error instanceof Problem)) throw error;
  tell({ kind: 'refused', problem: { kind: error.kind, slug: error.slug, detail: error.message, facts: error.facts } });
}
