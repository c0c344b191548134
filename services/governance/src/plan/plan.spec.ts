import { planItem, statusOn, type PlanItemDraft } from './plan.js';

const made = { id: 'pi_1', workspace: 'main', createdBy: 'person:executive', createdAt: new Date(0) };
const draft: PlanItemDraft = {
  question: 'D2',
  toLevel: 4,
  ownerRole: 'data-engineer',
  owner: 'person:data-engineer',
  startOn: '2026-12-01',
  dueOn: '2027-02-28',
};

describe('an item of the plan', () => {
  it('says by itself what its level looks like', () => {
    expect(planItem(draft, 3, made).action).toBe('Reach: every version checked, pass rates watched, offenders kept');
    expect(planItem({ ...draft, action: 'Check on arrival.' }, null, made).action).toBe('Check on arrival.');
  });

  it('is overdue after its day, and reached when the evidence says so', () => {
    const item = planItem(draft, 3, made);
    expect(statusOn(item, '2027-02-28')).toBe('open');
    expect(statusOn(item, '2027-03-01')).toBe('overdue');
    expect(statusOn({ ...item, reachedOn: '2027-05-01' }, '2027-06-01')).toBe('reached');
  });

  it.each([
    ['governance/plan-goal', { question: 'Z9' }, 1],
    ['governance/plan-goal', { toLevel: 6 }, 1],
    ['governance/plan-goal', { toLevel: 1 }, null],
    ['governance/level-reached', {}, 4],
    ['governance/plan-owner', { owner: '' }, 1],
    ['governance/plan-dates', { dueOn: '2026-11-30' }, 1],
  ])('is refused with %s', (slug, change, fromLevel) => {
    expect(() => planItem({ ...draft, ...change }, fromLevel, made)).toThrow(expect.objectContaining({ slug }));
  });
});
