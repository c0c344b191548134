import type { Job, JobKind } from './job.js';

/** What a job's work may use of its surroundings. */
export interface JobContext {
  /** Ends the work: the job was cancelled, its lease was lost, or the service stops. */
  readonly signal: AbortSignal;
  /** @param progress 0 to 1 */
  report(step: string, progress: number): Promise<void>;
}

/** Stores what the work made, in the transaction that ends the job; answers the version that the job was about. */
export type Settle<Transaction> = (tx: Transaction) => Promise<string>;

/** How one kind of job is done. It may be begun again from the start at any time, so nothing counts before it settles. */
export interface JobWork<Kind extends JobKind, Transaction> {
  readonly kind: Kind;
  run(job: Job, context: JobContext): Promise<Settle<Transaction>>;
}
