import { Problem } from '#libs/problem';
import type { Route } from '../endpoint/route.js';

export const ROLLOUT_STATES = ['running', 'completed', 'rolled_back'] as const;
export type RolloutState = (typeof ROLLOUT_STATES)[number];

/** A version on its way to become the champion. */
export interface Rollout {
  readonly id: string;
  readonly workspace: string;
  readonly endpointId: string;
  /** Among the endpoint's rollouts, from 1. */
  readonly number: number;
  readonly versionId: string;
  readonly steps: readonly number[];
  /** The newest step's share of the calls, in per cent. */
  readonly percent: number;
  readonly state: RolloutState;
  readonly reason: string | null;
  readonly createdAt: Date;
}

/** A rollout as it becomes, and the route that it adds. */
export interface RolloutStep {
  readonly rollout: Rollout;
  readonly route: Route;
}

const MOST_STEPS = 20;
const LONGEST_REASON = 1_000;

/** @throws Problem invalid `serving/rollout-steps` unless the shares grow from at least 1 to 100 */
export function checkSteps(steps: readonly number[]): void {
  const grow = steps.every((step, i) => Number.isInteger(step) && step >= 1 && (i === 0 || step > steps[i - 1]!));
  if (grow && steps.at(-1) === 100 && steps.length <= MOST_STEPS) return;
  throw new Problem('invalid', 'serving/rollout-steps', 'the steps are growing whole shares in per cent, and the last is 100', {
    steps: steps.slice(0, MOST_STEPS).join(', '),
  });
}

/** What a rollout is before it has its place among the endpoint's. */
export type RolloutDraft = Pick<Rollout, 'id' | 'workspace' | 'endpointId' | 'versionId' | 'steps' | 'createdAt'>;

/** The first share. @throws Problem conflict `serving/already-champion` */
export function startRollout(draft: RolloutDraft, latest: Route, number: number, effectiveFrom: Date | null): RolloutStep {
  checkSteps(draft.steps);
  if (latest.championVersionId === draft.versionId) {
    throw new Problem('conflict', 'serving/already-champion', 'this version answers behind the endpoint already', {
      versionId: draft.versionId,
    });
  }
  const started: Rollout = { ...draft, number, percent: 0, state: 'running', reason: null };
  return stepTo(started, draft.steps[0]!, latest, effectiveFrom);
}

/** One step on; at 100 the version is the champion. @throws Problem conflict `serving/rollout-ended` */
export function advanceRollout(rollout: Rollout, latest: Route, effectiveFrom: Date | null): RolloutStep {
  checkRunning(rollout);
  return stepTo(
    rollout,
    rollout.steps.find((step) => step > rollout.percent)!,
    latest,
    effectiveFrom,
  );
}

/** Every call goes to the champion again, at once. @throws Problem conflict `serving/rollout-ended`; invalid `serving/reason` */
export function rollBack(rollout: Rollout, latest: Route, reason: string): RolloutStep {
  checkRunning(rollout);
  checkReason(reason);
  return {
    rollout: { ...rollout, percent: 0, state: 'rolled_back', reason },
    route: {
      ...latest,
      sequence: latest.sequence + 1,
      effectiveFrom: null,
      challengerVersionId: null,
      percent: 0,
      rolloutNumber: rollout.number,
    },
  };
}

/** @throws Problem invalid `serving/reason` for an empty or endless reason */
export function checkReason(reason: string): void {
  if (reason.trim() !== '' && reason.length <= LONGEST_REASON) return;
  throw new Problem('invalid', 'serving/reason', `a reason has 1 to ${LONGEST_REASON} characters`, { length: reason.length });
}

function checkRunning({ id, state }: Rollout): void {
  if (state !== 'running')
    throw new Problem('conflict', 'serving/rollout-ended', `the rollout is ${state.replace('_', ' ')}`, { id, state });
}

function stepTo(rollout: Rollout, percent: number, latest: Route, effectiveFrom: Date | null): RolloutStep {
  const full = percent === 100;
  return {
    rollout: { ...rollout, percent, state: full ? 'completed' : 'running' },
    route: {
      ...latest,
      sequence: latest.sequence + 1,
      effectiveFrom,
      championVersionId: full ? rollout.versionId : latest.championVersionId,
      challengerVersionId: full ? null : rollout.versionId,
      percent: full ? 0 : percent,
      rolloutNumber: rollout.number,
    },
  };
}
