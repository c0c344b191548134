import { Problem } from '#libs/problem';
import { questionOf } from '../maturity/question.js';

/** A step of the transformation: a question, the level to reach, who does it and until when. */
export interface PlanItem {
  readonly id: string;
  readonly workspace: string;
  readonly question: string;
  /** What the evidence proved when it was planned; null where nothing was observed. */
  readonly fromLevel: number | null;
  readonly toLevel: number;
  readonly action: string;
  readonly ownerRole: string;
  readonly owner: string;
  /** ISO 8601 dates. */
  readonly startOn: string;
  readonly dueOn: string;
  readonly createdBy: string;
  readonly createdAt: Date;
  /** The day on which the evidence first proved the level; set by measuring, never by a person. */
  readonly reachedOn: string | null;
}

export const PLAN_STATUSES = ['open', 'overdue', 'reached'] as const;
export type PlanStatus = (typeof PLAN_STATUSES)[number];

export interface PlanItemDraft {
  readonly question: string;
  readonly toLevel: number;
  /** Left out: what the level to reach looks like. */
  readonly action?: string | null | undefined;
  readonly ownerRole: string;
  readonly owner: string;
  readonly startOn: string;
  readonly dueOn: string;
}

/** Where the item stands on a day. */
export function statusOn({ reachedOn, dueOn }: PlanItem, day: string): PlanStatus {
  if (reachedOn !== null) return 'reached';
  return day > dueOn ? 'overdue' : 'open';
}

/**
 * Plans an item.
 * @param fromLevel what the evidence proves now
 * @throws Problem where the question or level is unknown, the level is proved already, or nobody and no time is named
 */
export function planItem(
  draft: PlanItemDraft,
  fromLevel: number | null,
  made: Pick<PlanItem, 'id' | 'workspace' | 'createdBy' | 'createdAt'>,
): PlanItem {
  const question = questionOf(draft.question);
  const goal = question?.levels[draft.toLevel - 1];
  if (!question || goal === undefined || draft.toLevel < 2) {
    throw new Problem('invalid', 'governance/plan-goal', 'an item names one of the thirty questions and a level from 2 to 5');
  }
  if (fromLevel !== null && fromLevel >= draft.toLevel) {
    throw new Problem('conflict', 'governance/level-reached', 'the evidence proves that level already', { level: fromLevel });
  }
  if (draft.owner.trim() === '' || draft.ownerRole.trim() === '') {
    throw new Problem('invalid', 'governance/plan-owner', 'an item has an owner, in a role');
  }
  if (draft.dueOn < draft.startOn) throw new Problem('invalid', 'governance/plan-dates', 'an item is due after its start');
  const { toLevel, ownerRole, owner, startOn, dueOn } = draft;
  const action = draft.action?.trim() ? draft.action : `Reach: ${goal}`;
  return { ...made, question: question.code, fromLevel, toLevel, action, ownerRole, owner, startOn, dueOn, reachedOn: null };
}
