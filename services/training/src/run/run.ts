import { Problem } from '#libs/problem';

export const RUN_STATES = ['running', 'finished', 'failed', 'cancelled'] as const;
export type RunState = (typeof RUN_STATES)[number];

/** A line of work: its runs are compared with each other. */
export interface Experiment {
  readonly id: string;
  readonly workspace: string;
  readonly name: string;
  readonly createdAt: Date;
}

/** One training, with everything needed to repeat it. */
export interface Run {
  readonly id: string;
  readonly workspace: string;
  readonly experimentId: string;
  readonly state: RunState;
  readonly parameters: Readonly<Record<string, string>>;
  readonly trainingSetIds: readonly string[];
  readonly startedAt: Date;
  readonly endedAt: Date | null;
}

/** A metric of a run at one step: the number of trees, or 0 for a measure of the whole. */
export interface MetricPoint {
  readonly name: string;
  readonly step: number;
  readonly value: number;
  readonly at: Date;
}

/** An immutable object of the object store. */
export interface ObjectReference {
  readonly hash: string;
  readonly sizeBytes: number;
  readonly mediaType: string;
}

/** A file of a run. */
export interface Artifact extends ObjectReference {
  readonly name: string;
}

/** Ends a run; ending it again in the same state changes nothing, for a step that is repeated after a crash. */
export function endRun(run: Run, state: Exclude<RunState, 'running'>, now: Date): Run {
  if (run.state === state) return run;
  if (run.state !== 'running') {
    throw new Problem('conflict', 'training/run-ended', `the run is ${run.state} and cannot become ${state}`, { id: run.id });
  }
  return { ...run, state, endedAt: now };
}
