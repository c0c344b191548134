import { Problem } from '#libs/problem';

export const ARMS = ['champion', 'challenger'] as const;
export type Arm = (typeof ARMS)[number];

/** A column that a decision rests on. */
export interface LayoutColumn {
  readonly name: string;
  readonly type: 'number' | 'text';
}

/** The names behind the values of decisions; many decisions share one. */
export interface DecisionLayout {
  /** Digest of its content. */
  readonly id: string;
  /** The caller's columns. */
  readonly request: readonly LayoutColumn[];
  /** The vector, as served. */
  readonly features: readonly LayoutColumn[];
}

/** A value in the place of its column; null where missing. */
export type Cell = number | string | null;

/** One decision as it was made, with everything it rests on. */
export interface Decision {
  readonly id: string;
  readonly workspace: string;
  readonly endpointId: string;
  readonly versionId: string;
  readonly arm: Arm;
  /** Event time: the moment as of which the features were read. */
  readonly decidedAt: Date;
  readonly rowKey: string;
  readonly probability: number;
  readonly threshold: number;
  /** What the version said; a person may have decided otherwise. */
  readonly proposedAct: boolean;
  /** What the endpoint's first version would have done; null where it could not say. */
  readonly baselineAct: boolean | null;
  readonly layoutId: string;
  readonly request: readonly Cell[];
  readonly features: readonly Cell[];
}

/** A person decided otherwise; the newest holds. */
export interface Override {
  readonly id: string;
  readonly workspace: string;
  readonly decisionId: string;
  readonly act: boolean;
  readonly by: string;
  readonly reason: string;
  readonly at: Date;
}

/** What holds: the newest override, else the proposal. */
export function actOf({ proposedAct }: Decision, override: Override | null): boolean {
  return override?.act ?? proposedAct;
}

/** @throws Problem conflict `serving/override-changes-nothing` where this holds already */
export function checkOverride(decision: Decision, newest: Override | null, act: boolean): void {
  if (actOf(decision, newest) !== act) return;
  throw new Problem('conflict', 'serving/override-changes-nothing', `the decision is ${act ? 'to act' : 'not to act'} already`, {
    decisionId: decision.id,
  });
}
