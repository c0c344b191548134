import { Problem } from '#libs/problem';
import type { Route } from '../endpoint/route.js';
import { advanceRollout, rollBack, startRollout } from './rollout.js';

const route: Route = {
  workspace: 'main',
  endpointId: 'ep_1',
  sequence: 4,
  effectiveFrom: null,
  championVersionId: 'mv_old',
  challengerVersionId: null,
  percent: 0,
  rolloutNumber: 2,
};
const draft = {
  id: 'ro_3',
  workspace: 'main',
  endpointId: 'ep_1',
  versionId: 'mv_new',
  steps: [10, 50, 100],
  createdAt: new Date(0),
};

function slugOf(work: () => unknown): string | undefined {
  try {
    work();
  } catch (error) {
    if (error instanceof Problem) return error.slug;
  }
  return undefined;
}

describe('a rollout', () => {
  it('goes through its steps, and the version is champion at the last', () => {
    const ten = startRollout(draft, route, 3, null);
    expect(ten.rollout).toMatchObject({ number: 3, percent: 10, state: 'running' });
    expect(ten.route).toMatchObject({
      sequence: 5,
      championVersionId: 'mv_old',
      challengerVersionId: 'mv_new',
      percent: 10,
      rolloutNumber: 3,
    });
    const fifty = advanceRollout(ten.rollout, ten.route, null);
    const full = advanceRollout(fifty.rollout, fifty.route, null);
    expect(full.rollout).toMatchObject({ percent: 100, state: 'completed' });
    expect(full.route).toMatchObject({ sequence: 7, championVersionId: 'mv_new', challengerVersionId: null });
    expect(slugOf(() => advanceRollout(full.rollout, full.route, null))).toBe('serving/rollout-ended');
    expect(slugOf(() => rollBack(full.rollout, full.route, 'too late'))).toBe('serving/rollout-ended');
  });

  it('is complete at once where its only step is all', () => {
    expect(startRollout({ ...draft, steps: [100] }, route, 3, null)).toMatchObject({
      rollout: { state: 'completed' },
      route: { championVersionId: 'mv_new' },
    });
  });

  it('gives every call back to the champion when it is rolled back, for a reason', () => {
    const { rollout, route: begun } = startRollout(draft, route, 3, new Date(9));
    expect(slugOf(() => rollBack(rollout, begun, '  '))).toBe('serving/reason');
    expect(rollBack(rollout, begun, 'worse')).toMatchObject({
      rollout: { state: 'rolled_back', percent: 0, reason: 'worse' },
      route: { championVersionId: 'mv_old', challengerVersionId: null, effectiveFrom: null },
    });
  });

  it.each([[[]], [[10, 50]], [[50, 10, 100]], [[0, 100]], [[10, 10, 100]], [[10.5, 100]], [[10, 101]]])(
    'refuses the steps %j',
    (steps) => {
      expect(slugOf(() => startRollout({ ...draft, steps }, route, 3, null))).toBe('serving/rollout-steps');
    },
  );

  it('refuses the version that answers already', () => {
    expect(slugOf(() => startRollout({ ...draft, versionId: 'mv_old' }, route, 3, null))).toBe('serving/already-champion');
  });
});
