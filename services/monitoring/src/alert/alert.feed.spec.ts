import { createLog } from '#libs/log';
import { bench, ENDPOINT, RULE, type Bench } from '../evaluation/evaluation.fixture.js';
import type { Alert, AlertFinding } from './alert.js';
import { AlertFeed } from './alert.feed.js';

let b: Bench;
let feed: AlertFeed;
beforeAll(async () => {
  b = await bench();
  feed = new AlertFeed(b.alerts, createLog({ service: 'monitoring', level: 'silent' }));
});
afterAll(async () => {
  await feed.onApplicationShutdown();
  await b.close();
});

const FINDING: AlertFinding = {
  kind: 'calibration',
  summary: 'forecasts have been too high',
  calibrationGapPoints: 6,
  decisions: 100,
  costPerMonth: { minorUnits: 12_345_67n, currency: 'EUR' },
  costPerMonthLow: null,
  costPerMonthHigh: null,
  promisedPerMonth: null,
  realisedPerMonth: null,
  raisedAt: new Date('2013-09-20T00:00:00Z'),
  since: new Date('2013-08-16T00:00:00Z'),
};

/** Raises an alert for a version; each version may have one open. */
async function raise(workspace: string, versionId: string, endpointId = ENDPOINT): Promise<void> {
  await b.inWorkspace(workspace, async (tx) => {
    const id = await b.monitors.watch(tx, workspace, { endpointId, useCaseId: 'uc_1', firstVersionId: RULE });
    const monitor = (await tx.query(
      'select workspace, id, endpoint_id as "endpointId", use_case_id as "useCaseId" from monitor where id = $1',
      [id],
    )) as never[];
    await b.alerts.raise(tx, monitor[0]!, versionId, FINDING);
  });
}

async function take(alerts: AsyncIterableIterator<Alert>, count: number): Promise<string[]> {
  const versions: string[] = [];
  while (versions.length < count) versions.push(((await alerts.next()).value as Alert).versionId);
  return versions;
}

describe('the alert feed', () => {
  it('brings each new alert once, to the subscribers of its workspace and endpoint only', async () => {
    await raise('main', 'before');
    const all = await feed.subscribe('main', null, null);
    const one = await feed.subscribe('main', 'ep_two', null);
    const foreign = await feed.subscribe('other', null, null);
    await raise('main', 'a');
    await raise('main', 'b', 'ep_two');
    await raise('other', 'c');
    expect(await take(all, 2)).toEqual(['a', 'b']);
    expect(await take(one, 1)).toEqual(['b']);
    expect(await take(foreign, 1)).toEqual(['c']);
    await Promise.all([all.return?.(), one.return?.(), foreign.return?.()]);
  });

  it('goes on after the last alert seen, without losing or doubling any', async () => {
    const page = await b.alerts.list('main', null, {});
    const seen = page.edges.find(({ node }) => node.versionId === 'before')!.node;
    const resumed = await feed.subscribe('main', null, seen.id);
    await raise('main', 'd');
    expect(await take(resumed, 3)).toEqual(['a', 'b', 'd']);
    const waiting = resumed.next();
    await raise('main', 'e');
    expect(((await waiting).value as Alert).versionId).toBe('e');
    await resumed.return?.();
  });

  it('sends amounts as exact as they were found', async () => {
    const { edges } = await b.alerts.list('main', 'ep_two', {});
    expect(edges[0]!.node).toMatchObject(FINDING);
  });

  it('counts what is found again on the alert that stands open, and raises a new one after it was resolved', async () => {
    const open = async (): Promise<Alert> => (await b.alerts.list('repeats', null, {})).edges[0]!.node;
    await raise('repeats', 'v');
    await raise('repeats', 'v');
    const first = await open();
    expect(first.repeats).toBe(1);
    const viewer = {
      id: 'person:ml',
      name: 'Mia',
      roles: ['ml-engineer' as const],
      workspace: 'repeats',
      token: '',
      expiresAt: new Date(),
    };
    await b.alerts.change(first.id, { viewer, action: 'resolve-alert', reason: 'done' }, (alert) => ({
      ...alert,
      state: 'resolved',
    }));
    await raise('repeats', 'v');
    expect((await b.alerts.list('repeats', null, {})).edges).toHaveLength(2);
  });

  it('refuses to go on after an alert of another workspace', async () => {
    const page = await b.alerts.list('main', null, {});
    await expect(feed.subscribe('other', null, page.edges[0]!.node.id)).rejects.toMatchObject({ slug: 'monitoring/alert' });
  });
});
