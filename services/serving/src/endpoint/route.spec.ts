import fc from 'fast-check';
import { advanceRollout, rollBack, startRollout } from '../rollout/rollout.js';
import { routeAt, routeRow, type Route } from './route.js';

const first: Route = {
  workspace: 'main',
  endpointId: 'ep_1',
  sequence: 1,
  effectiveFrom: null,
  championVersionId: 'mv_rule',
  challengerVersionId: null,
  percent: 0,
  rolloutNumber: 0,
};
const draft = {
  id: 'ro_1',
  workspace: 'main',
  endpointId: 'ep_1',
  versionId: 'mv_new',
  steps: [10, 50, 100],
  createdAt: new Date(0),
};
const keys = Array.from({ length: 20_000 }, (_, i) => `flight-${i}`);

function canary(): readonly Route[] {
  const start = startRollout(draft, first, 1, new Date(1_000));
  const half = advanceRollout(start.rollout, start.route, new Date(2_000));
  const full = advanceRollout(half.rollout, half.route, new Date(3_000));
  return [first, start.route, half.route, full.route];
}

describe('the routes of an endpoint', () => {
  it('send the stated share of keys to the challenger', () => {
    for (const route of canary().slice(1, 3)) {
      const share = keys.filter((key) => routeRow(route, 'flights', key).arm === 'challenger').length / keys.length;
      expect(Math.abs(share - route.percent / 100)).toBeLessThan(0.01);
    }
  });

  it('keep every key of the challenger while its share grows', () => {
    const [, tenth, half] = canary();
    const met = keys.filter((key) => routeRow(tenth!, 'flights', key).arm === 'challenger');
    expect(met.every((key) => routeRow(half!, 'flights', key).arm === 'challenger')).toBe(true);
  });

  it('draw other keys in another rollout and at another endpoint', () => {
    const [, route] = canary();
    const chosen = (endpoint: string, rolloutNumber: number) =>
      new Set(keys.filter((key) => routeRow({ ...route!, rolloutNumber }, endpoint, key).arm === 'challenger'));
    const [one, two, other] = [chosen('flights', 1), chosen('flights', 2), chosen('trains', 1)];
    for (const set of [two, other]) expect([...set].filter((key) => one.has(key)).length / set.size).toBeLessThan(0.2);
  });

  it('hold by the moment of the row, whenever it is asked', () => {
    const routes = canary();
    const percentAt = (ms: number) => [routeAt(routes, ms)!.championVersionId, routeAt(routes, ms)!.percent];
    expect([500, 1_000, 2_500, 3_000].map(percentAt)).toEqual([
      ['mv_rule', 0],
      ['mv_rule', 10],
      ['mv_rule', 50],
      ['mv_new', 0],
    ]);
  });

  it('are overruled for every moment by a route without one', () => {
    const start = startRollout(draft, first, 1, new Date(1_000));
    const back = rollBack(start.rollout, start.route, 'it costs money');
    expect(routeAt([first, start.route, back.route], 5_000)).toBe(back.route);
    expect(routeAt([first, start.route, back.route], 0)).toBe(back.route);
    expect(routeRow(back.route, 'flights', 'any').versionId).toBe('mv_rule');
  });

  it('always answer with one of their two versions', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 0, max: 100 }), (key, percent) => {
        const route = { ...first, challengerVersionId: 'mv_new', percent };
        const { versionId, arm } = routeRow(route, 'flights', key);
        expect(versionId).toBe(arm === 'challenger' ? 'mv_new' : 'mv_rule');
        if (percent === 0) expect(arm).toBe('champion');
        if (percent === 100) expect(arm).toBe('challenger');
      }),
    );
  });
});
