import { Problem } from '#libs/problem';
import { approvePromotion, rejectPromotion, type Promotion } from './promotion.js';

const requested: Promotion = {
  id: 'pro_1',
  workspace: 'main',
  modelVersionId: 'mv_1',
  state: 'requested',
  requestedBy: 'person:ana',
  requestedAt: new Date(0),
  decidedBy: null,
  decidedAt: null,
  reason: null,
  contentHash: 'abc',
};
const owner = { id: 'person:bea', roles: ['business-owner'] };
const now = new Date(1_000);

function slugOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof Problem) return error.slug;
    throw error;
  }
  return 'no problem';
}

describe('a promotion', () => {
  it('is approved by a Business Owner who did not request it', () => {
    expect(approvePromotion(requested, owner, 'abc', 'it pays', now)).toMatchObject({
      state: 'approved',
      decidedBy: 'person:bea',
      decidedAt: now,
    });
  });

  it('is refused to its requester, whatever roles they hold', () => {
    const requester = { id: 'person:ana', roles: ['business-owner', 'ml-engineer', 'administrator'] };
    expect(slugOf(() => approvePromotion(requested, requester, 'abc', 'it pays', now))).toBe('registry/four-eyes');
  });

  it('is refused to a second person who is no Business Owner', () => {
    expect(slugOf(() => approvePromotion(requested, { id: 'person:ed', roles: ['ml-engineer'] }, 'abc', 'it pays', now))).toBe(
      'registry/approver-role',
    );
  });

  it('is void for a content that changed after the request', () => {
    expect(slugOf(() => approvePromotion(requested, owner, 'abd', 'it pays', now))).toBe('registry/content-changed');
  });

  it('needs a reason in words', () => {
    expect(slugOf(() => approvePromotion(requested, owner, 'abc', '  ', now))).toBe('registry/reason-missing');
  });

  it('is decided once', () => {
    const rejected = rejectPromotion(requested, owner, 'too early', now);
    expect(rejected.state).toBe('rejected');
    expect(slugOf(() => approvePromotion(rejected, owner, 'abc', 'it pays', now))).toBe('registry/promotion-decided');
  });
});
