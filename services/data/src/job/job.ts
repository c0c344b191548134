export const JOB_KINDS = ['collect', 'transform', 'profile'] as const;
export type JobKind = (typeof JOB_KINDS)[number];
export const JOB_STATES = ['running', 'finished', 'failed', 'cancelled'] as const;
export type JobState = (typeof JOB_STATES)[number];

export interface CollectInput {
  readonly kind: 'collect';
  readonly datasetId: string;
  readonly uploadHash: string;
  readonly format: 'csv' | 'parquet' | 'json';
  /** The text that stands for a missing value in CSV, besides the empty one. */
  readonly missing: string | null;
}
export interface TransformInput {
  readonly kind: 'transform';
  readonly transformId: string;
}
export interface ProfileInput {
  readonly kind: 'profile';
  readonly datasetVersionId: string;
}
export type JobInput = CollectInput | TransformInput | ProfileInput;

/** Who asked for a job, as far as its work must know: it acts in that name after the request has been answered. */
export interface Requester {
  readonly id: string;
  readonly name: string;
  readonly roles: readonly string[];
}

/** Work that takes longer than a request should. It is done by whichever replica holds its lease. */
export interface Job {
  readonly id: string;
  readonly workspace: string;
  readonly kind: JobKind;
  readonly input: JobInput;
  readonly requestedBy: Requester;
  readonly state: JobState;
  /** 0 to 1. */
  readonly progress: number;
  readonly step: string;
  readonly problem: string | null;
  readonly detail: string | null;
  readonly datasetVersionId: string | null;
  readonly cancelRequested: boolean;
  /** How often a replica began it. */
  readonly attempts: number;
  readonly createdAt: Date;
  readonly endedAt: Date | null;
}

/** How a job ends. */
export type JobEnd =
  | { readonly state: 'finished'; readonly datasetVersionId: string }
  | { readonly state: 'failed'; readonly problem: string; readonly detail: string }
  | { readonly state: 'cancelled' };

/** A job that found its replicas dying so often is what kills them. */
export const MAX_ATTEMPTS = 3;

/** The job as it is once it has ended; an end is final. */
export function ended(job: Job, end: JobEnd, now: Date): Job {
  const base = { ...job, state: end.state, endedAt: now };
  switch (end.state) {
    case 'finished':
      return { ...base, progress: 1, step: 'done', datasetVersionId: end.datasetVersionId };
    case 'failed':
      return { ...base, problem: end.problem, detail: end.detail };
    case 'cancelled':
      return { ...base, step: 'cancelled' };
  }
}
