/** Which side of a rollout answered. */
export type Arm = 'champion' | 'challenger';

/** What monitoring keeps of one decision; its vector lies in the batch that brought it. */
export interface ServedDecision {
  readonly id: string;
  readonly rowKey: string;
  readonly decidedAt: Date;
  readonly versionId: string;
  readonly arm: Arm;
  readonly probability: number;
  readonly threshold: number;
  readonly act: boolean;
  /** What the endpoint's first version would have done; null where it decided itself. */
  readonly baselineAct: boolean | null;
}

/** Decisions as one event brought them, with their vectors as bytes in columns. */
export interface ServedBatch {
  /** The event's id. */
  readonly id: string;
  readonly endpointId: string;
  readonly useCaseId: string;
  readonly decisions: readonly ServedDecision[];
  readonly columns: Uint8Array;
}

/** A decision with what is known about it, as windows and months judge it. */
export interface JudgedDecision {
  readonly day: number;
  readonly versionId: string;
  readonly arm: Arm;
  readonly probability: number;
  readonly threshold: number;
  /** What was done: a person's override, else the version's proposal. */
  readonly act: boolean;
  /** What the endpoint's first version would have done. */
  readonly baselineAct: boolean;
  /** Null while unknown. */
  readonly outcome: boolean | null;
}

/** A decision whose outcome is known. */
export interface LabelledDecision extends JudgedDecision {
  readonly outcome: boolean;
}

export function isLabelled(decision: JudgedDecision): decision is LabelledDecision {
  return decision.outcome !== null;
}
