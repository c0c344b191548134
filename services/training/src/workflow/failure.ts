import { Problem } from '#libs/problem';
import type { Ending } from '../pipeline-run/pipeline-run.js';

/** Why a step failed, as it is recorded with the workflow: errors do not survive a restart, records do. */
export interface Failure {
  readonly cancelled: boolean;
  /** For people. */
  readonly reason: string;
}

/** A step's failure on its way out of the workflow. */
export class StepFailed extends Error {
  override readonly name = 'StepFailed';
  constructor(readonly failure: Failure) {
    super(failure.reason);
  }
}

/** A failure that another try may not meet: a service that restarts, a database that is away. */
export function isTransient(error: unknown): boolean {
  return error instanceof Problem && (error.kind === 'unavailable' || error.kind === 'deadline' || error.kind === 'exhausted');
}

/** What a refusal says to people; what is not a Problem is a bug, whose detail stays in the log. */
export function failureOf(error: unknown): Failure {
  if (error instanceof Problem) return { cancelled: error.kind === 'cancelled', reason: `${error.slug}: ${error.message}` };
  return { cancelled: false, reason: 'internal error' };
}

/** How a pipeline run ends after a failure. */
export function endingOf({ cancelled, reason }: Failure): Ending {
  return { outcome: cancelled ? 'cancelled' : 'failed', reason, modelVersionId: null };
}
