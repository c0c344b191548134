import { Problem } from '#libs/problem';

export const PROMOTION_STATES = ['requested', 'approved', 'rejected', 'voided'] as const;
export type PromotionState = (typeof PROMOTION_STATES)[number];

/** A request that a version may go into operation, and who decided it. */
export interface Promotion {
  readonly id: string;
  readonly workspace: string;
  readonly modelVersionId: string;
  readonly state: PromotionState;
  readonly requestedBy: string;
  readonly requestedAt: Date;
  readonly decidedBy: string | null;
  readonly decidedAt: Date | null;
  readonly reason: string | null;
  /** Of artifact, signature, training sets and gate results. */
  readonly contentHash: string;
}

/** Who decides: the person and what they may. */
export interface Approver {
  readonly id: string;
  readonly roles: readonly string[];
}

const APPROVER_ROLE = 'business-owner';

function open(promotion: Promotion): Promotion {
  if (promotion.state !== 'requested') {
    throw new Problem('conflict', 'registry/promotion-decided', `the promotion is ${promotion.state} already`, {
      id: promotion.id,
      state: promotion.state,
    });
  }
  return promotion;
}

function checkReason(reason: string): void {
  if (reason.trim().length < 3) throw new Problem('invalid', 'registry/reason-missing', 'a decision needs its reason in words');
}

/**
 * Approves what was asked for. Four eyes come first: who requested cannot approve, whatever roles they hold; and what has changed
 * since the request is not what was asked for.
 */
export function approvePromotion(promotion: Promotion, by: Approver, contentHash: string, reason: string, now: Date): Promotion {
  open(promotion);
  checkReason(reason);
  if (by.id === promotion.requestedBy) {
    throw new Problem('forbidden', 'registry/four-eyes', `${by.id} requested this promotion and cannot approve it`, {
      id: promotion.id,
    });
  }
  if (!by.roles.includes(APPROVER_ROLE)) {
    throw new Problem('forbidden', 'registry/approver-role', 'the Business Owner approves a promotion', { id: promotion.id });
  }
  if (contentHash !== promotion.contentHash) {
    throw new Problem(
      'conflict',
      'registry/content-changed',
      'the version or its tests changed since the promotion was requested',
      { id: promotion.id },
    );
  }
  return { ...promotion, state: 'approved', decidedBy: by.id, decidedAt: now, reason };
}

/** Turns the request down; the version stays a candidate. */
export function rejectPromotion(promotion: Promotion, by: Approver, reason: string, now: Date): Promotion {
  open(promotion);
  checkReason(reason);
  return { ...promotion, state: 'rejected', decidedBy: by.id, decidedAt: now, reason };
}
