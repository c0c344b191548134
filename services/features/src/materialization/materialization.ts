import { Problem } from '#libs/problem';

export type JobState = 'running' | 'finished' | 'failed' | 'cancelled';

/** A view's rows brought into the online store from one dataset version: a job that any replica may do, under a lease. */
export interface Materialization {
  readonly id: string;
  readonly workspace: string;
  readonly featureViewId: string;
  readonly datasetVersionId: string;
  readonly state: JobState;
  /** 0 to 1. */
  readonly progress: number;
  /** Timeline entries stored. */
  readonly entries: number;
  /** Rows without a key or without a time, which no moment can see. */
  readonly skippedRows: number;
  /** The grid of each summed column; both engines must use the same. */
  readonly fractionBits: Readonly<Record<string, number>>;
  /** What went wrong; null unless failed. */
  readonly detail: string | null;
  readonly requestedBy: string;
  readonly requestedAt: Date;
  readonly endedAt: Date | null;
}

/** What the work of a materialization yields. */
export interface MaterializationResult {
  readonly entries: number;
  readonly skippedRows: number;
  readonly fractionBits: Readonly<Record<string, number>>;
}

/** A job nobody has begun. */
export function newMaterialization(
  asked: Pick<Materialization, 'id' | 'workspace' | 'featureViewId' | 'datasetVersionId' | 'requestedBy'>,
  now: Date,
): Materialization {
  const nothingYet = { progress: 0, entries: 0, skippedRows: 0, fractionBits: {}, detail: null, endedAt: null };
  return { ...asked, ...nothingYet, state: 'running', requestedAt: now };
}

export function finish(job: Materialization, result: MaterializationResult, now: Date): Materialization {
  requireRunning(job);
  return { ...job, ...result, state: 'finished', progress: 1, endedAt: now };
}

export function fail(job: Materialization, detail: string, now: Date): Materialization {
  requireRunning(job);
  return { ...job, state: 'failed', detail, endedAt: now };
}

/** @throws Problem conflict where the job has ended */
export function cancel(job: Materialization, now: Date): Materialization {
  requireRunning(job);
  return { ...job, state: 'cancelled', endedAt: now };
}

function requireRunning({ id, state }: Materialization): void {
  if (state !== 'running')
    throw new Problem('conflict', 'features/job-ended', `the materialization is ${state} already`, { id, state });
}
