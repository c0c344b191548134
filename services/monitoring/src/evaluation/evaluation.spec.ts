import { seededRandom, type Random } from '#libs/statistics';
import type { MonitorAddress } from '../monitor/monitor.repository.js';
import {
  batchOf,
  bench,
  ENDPOINT,
  FIRST_DAY,
  MODEL,
  reporter,
  RULE,
  tellStory,
  type Bench,
  type Story,
} from './evaluation.fixture.js';

let b: Bench;
beforeAll(async () => {
  b = await bench();
});
afterAll(() => b.close());

const DAY_MS = 86_400_000;
const PAYOFFS = { truePositive: 6000n, falsePositive: -2500n, trueNegative: 0n, falseNegative: 0n, currency: 'EUR' };
const CONTRACT = { id: 'mc_1', payoffs: PAYOFFS, monthlyVolume: 28_000 };

/** Begins to watch in a workspace of its own, as the events of serving and the answers of the registry would. */
async function watch(workspace: string): Promise<MonitorAddress> {
  const id = await b.inWorkspace(workspace, async (tx) => {
    const monitorId = await b.monitors.watch(tx, workspace, { endpointId: ENDPOINT, useCaseId: 'uc_1', firstVersionId: RULE });
    await b.versions.meet(tx, workspace, monitorId, [MODEL, RULE]);
    return monitorId;
  });
  await b.monitors.setContract(workspace, id, CONTRACT);
  const facts = {
    featureServiceId: 'fs_1',
    dayShockVariance: 0.2,
    actedDayShockVariance: 0.2,
    referenceKind: 'first-window',
    reference: null,
  } as const;
  await b.versions.freeze(workspace, id, MODEL, { ...facts, kind: 'trained' });
  await b.versions.freeze(workspace, id, RULE, { ...facts, kind: 'rule' });
  return { workspace, id };
}

async function evaluate(monitor: MonitorAddress): Promise<void> {
  while (await b.evaluation.testNextDay(monitor));
  while (await b.refreshes.refreshOne(monitor));
}

type Delivery = () => Promise<unknown>;

function decisionBatches(workspace: string, decisions: Story['decisions'], size: number): Delivery[] {
  const deliveries: Delivery[] = [];
  for (let start = 0; start < decisions.length; start += size) {
    const batch = batchOf(`${workspace}-${start}`, decisions.slice(start, start + size));
    deliveries.push(() => b.inWorkspace(workspace, (tx) => b.decisions.keep(tx, workspace, [batch])));
  }
  return deliveries;
}

/** Reports in the order of their known times: what is not complete may not be called so. */
function outcomeReports(workspace: string, outcomes: Story['outcomes'], size: number): Delivery[] {
  const deliveries: Delivery[] = [];
  let until = new Date(0);
  for (let start = 0; start < outcomes.length; start += size) {
    const part = outcomes.slice(start, start + size);
    // A report names a decision once: a correction of the same stretch goes into a second one.
    const isFirst = (o: Story['outcomes'][number], at: number): boolean =>
      part.findIndex((p) => p.decisionId === o.decisionId) === at;
    const reports = [part.filter(isFirst), part.filter((o, at) => !isFirst(o, at))];
    const next = outcomes[start + size];
    const completeUntil = next ? new Date(next.knownAt.getTime() - 1) : new Date(part.at(-1)!.knownAt.getTime() + 30 * DAY_MS);
    reports.forEach((report, i) => {
      const complete = i === reports.length - 1 ? completeUntil : until;
      deliveries.push(() =>
        b.outcomes.report({ endpointId: ENDPOINT, outcomes: report, completeUntil: complete }, reporter(workspace)),
      );
    });
    until = completeUntil;
  }
  return deliveries;
}

function overrides(workspace: string, story: Story): Delivery[] {
  return story.overrides.map(
    ({ decisionId, act }) =>
      () =>
        b.inWorkspace(workspace, (tx) =>
          b.decisions.override(tx, workspace, { decisionId, endpointId: ENDPOINT, act, by: 'person:bo' }),
        ),
  );
}

function shuffled<T>(items: readonly T[], random: Random): T[] {
  const result = [...items];
  for (let i = result.length - 1; i > 0; i--) {
    const j = random.below(i + 1);
    [result[i], result[j]] = [result[j]!, result[i]!];
  }
  return result;
}

/** Keeps the order inside each line, and none between them. */
function interleaved(lines: readonly (readonly Delivery[])[], random: Random): Delivery[] {
  const rest = lines.map((line) => [...line]);
  const all: Delivery[] = [];
  while (rest.some((line) => line.length > 0)) {
    const open = rest.filter((line) => line.length > 0);
    all.push(open[random.below(open.length)]!.shift()!);
  }
  return all;
}

/** Everything that monitoring concluded, without ids and clocks. */
async function conclusions({ workspace, id }: MonitorAddress): Promise<unknown> {
  const monitor = await b.monitors.find(workspace, id);
  const windows = await b.windows.list(workspace, id, { first: 100 });
  const alerts = await b.alerts.list(workspace, null, { first: 100 });
  return {
    evaluatedUntil: monitor!.evaluatedUntil,
    days: await b.inWorkspace(workspace, (tx) =>
      tx.query(`select version_id, day::text, decisions, excess, evidence from calibration_day order by 1, 2`),
    ),
    windows: windows.edges.map(({ node: { id: _, monitorId: __, workspace: ___, ...window } }) => window),
    months: await b.months.list(workspace, id),
    alerts: alerts.edges.map(({ node: { id: _, monitorId: __, workspace: ___, recordedAt: ____, ...alert } }) => alert),
  };
}

async function run(
  workspace: string,
  deliveries: readonly Delivery[],
  evaluateAfter: (index: number) => boolean,
  monitor: MonitorAddress,
): Promise<unknown> {
  for (const [index, deliver] of deliveries.entries()) {
    await deliver();
    if (evaluateAfter(index)) await evaluate(monitor);
  }
  await evaluate(monitor);
  return conclusions(monitor);
}

describe('evaluation', () => {
  const story = tellStory({ days: 49, perDay: 20, seed: 5, partsOn: 14 });

  it('concludes the same in whatever order decisions, outcomes and overrides arrive, and however often it looks', async () => {
    const orderly = await watch('orderly');
    const expected = await run(
      'orderly',
      [
        ...decisionBatches('orderly', story.decisions, 200),
        ...overrides('orderly', story),
        ...outcomeReports('orderly', story.outcomes, 400),
      ],
      () => false,
      orderly,
    );
    const prompt = await watch('prompt');
    const reports = outcomeReports('prompt', story.outcomes, 60);
    const ahead = [...decisionBatches('prompt', story.decisions, 150), ...overrides('prompt', story)];
    expect(await run('prompt', [...ahead, ...reports], (index) => index >= ahead.length, prompt)).toEqual(expected);
    for (const seed of [1, 2]) {
      const workspace = `shuffled-${seed}`;
      const random = seededRandom(seed);
      const monitor = await watch(workspace);
      const lines = [
        shuffled(decisionBatches(workspace, shuffled(story.decisions, random), 80), random),
        outcomeReports(workspace, story.outcomes, 100),
        shuffled(overrides(workspace, story), random),
      ];
      expect(await run(workspace, interleaved(lines, random), () => random.below(10) === 0, monitor)).toEqual(expected);
    }
  });

  it('speaks by itself after forecasts and outcomes parted, in points and in money, once', async () => {
    const page = await b.alerts.list('orderly', null, {});
    expect(page.edges).toHaveLength(1);
    const alert = page.edges[0]!.node;
    expect(alert).toMatchObject({ kind: 'calibration', state: 'raised', versionId: MODEL, endpointId: ENDPOINT });
    expect(alert.raisedAt.getTime()).toBeGreaterThan(FIRST_DAY + 14 * DAY_MS);
    expect(alert.calibrationGapPoints).toBeGreaterThan(5);
    expect(alert.summary).toMatch(/points too high since 2013-0[67]-\d\d .* EUR a month/);
    const events = (await b.inWorkspace('orderly', (tx) =>
      tx.query(`select count(*)::int as n from outbox where topic = 'monitoring.alert.v1'`),
    )) as { n: number }[];
    expect(events[0]!.n).toBe(1);
  });

  it('counts each decision in one window and one month, with its euros to the cent', async () => {
    const monitor = (await b.monitors.findByEndpoint('orderly', ENDPOINT))!;
    const windows = (await b.windows.list('orderly', monitor.id, { first: 100 })).edges.map(({ node }) => node);
    const segments = windows.flatMap((window) => window.segments);
    const months = await b.months.list('orderly', monitor.id);
    const overridden = new Map(story.overrides.map(({ decisionId, act }) => [decisionId, act]));
    const outcome = new Map(story.outcomes.map((o) => [o.decisionId, o.outcome])); // the last one holds
    const value = (acts: (d: Story['decisions'][number]) => boolean): bigint =>
      story.decisions.reduce((sum, d) => sum + (outcome.has(d.id) && acts(d) ? (outcome.get(d.id) ? 6000n : -2500n) : 0n), 0n);
    const total = (amounts: readonly { minorUnits: bigint }[]): bigint =>
      amounts.reduce((sum, amount) => sum + amount.minorUnits, 0n);
    const expected = value((d) => overridden.get(d.id) ?? d.act);
    expect(segments.reduce((sum, s) => sum + s.decisions, 0)).toBe(story.decisions.length);
    expect(segments.reduce((sum, s) => sum + s.labelled, 0)).toBe(outcome.size);
    expect(total(segments.map((s) => s.value))).toBe(expected);
    const arm = (wanted: readonly string[]): bigint =>
      total(months.filter((row) => wanted.includes(row.arm)).map((row) => row.value));
    expect(arm(['champion', 'challenger'])).toBe(expected);
    expect(arm(['baseline:never'])).toBe(0n);
    expect(arm(['baseline:always'])).toBe(value(() => true));
    expect(arm(['baseline:rule'])).toBe(value((d) => d.baselineAct ?? d.act));
    for (const row of months) expect(row.missed.minorUnits).toBeGreaterThanOrEqual(0n);
  });

  it('shows drift of the feature that moves with the days and none of the one that does not, without an alert of its own', async () => {
    const monitor = (await b.monitors.findByEndpoint('orderly', ENDPOINT))!;
    const windows = (await b.windows.list('orderly', monitor.id, { first: 100 })).edges.map(({ node }) => node);
    expect(windows[0]!.drift).toEqual([]); // it became the reference
    const late = windows.at(-1)!.drift.filter((drift) => drift.versionId === MODEL);
    expect(late.find((drift) => drift.feature === 'temperature')).toMatchObject({ significant: true });
    expect(late.find((drift) => drift.feature === 'carrier')).toMatchObject({ significant: false });
  });

  it('raises nothing while forecasts hold', async () => {
    const calm = tellStory({ days: 40, perDay: 20, seed: 9 });
    const monitor = await watch('calm');
    await run(
      'calm',
      [...decisionBatches('calm', calm.decisions, 300), ...outcomeReports('calm', calm.outcomes, 500)],
      () => false,
      monitor,
    );
    expect((await b.alerts.list('calm', null, {})).edges).toEqual([]);
    // Complete until 30 days after the last outcome; a day is mature two days after its end.
    const covered = calm.outcomes.at(-1)!.knownAt.getTime() + 28 * DAY_MS;
    expect((await b.monitors.find('calm', monitor.id))!.evaluatedUntil).toEqual(new Date(covered - (covered % DAY_MS)));
  });

  it('values everything anew, exactly doubled, when a contract with doubled payoffs comes into force', async () => {
    const monitor = (await b.monitors.findByEndpoint('calm', ENDPOINT))!;
    const amounts = async (): Promise<readonly bigint[]> => {
      const windows = (await b.windows.list('calm', monitor.id, { first: 100 })).edges.flatMap(({ node }) => node.segments);
      const months = await b.months.list('calm', monitor.id);
      const promised = windows.flatMap((segment) => (segment.promised ? [segment.promised] : []));
      return [...[...windows, ...months].flatMap(({ value, missed }) => [value, missed]), ...promised].map(
        ({ minorUnits }) => minorUnits,
      );
    };
    const before = await amounts();
    const payoffs = { ...PAYOFFS, truePositive: 12000n, falsePositive: -5000n };
    await b.monitors.setContract('calm', monitor.id, { ...CONTRACT, payoffs });
    await evaluate(monitor);
    expect(before.some((amount) => amount !== 0n)).toBe(true);
    expect(await amounts()).toEqual(before.map((amount) => 2n * amount));
  });

  it('evaluates nothing while it is not known what a version is', async () => {
    const few = tellStory({ days: 5, perDay: 10, seed: 4 });
    const monitor = await watch('unknown');
    const strange = few.decisions.map((decision) => ({ ...decision, versionId: 'mv_strange' }));
    for (const deliver of [...decisionBatches('unknown', strange, 50), ...outcomeReports('unknown', few.outcomes, 500)])
      await deliver();
    await evaluate(monitor);
    expect((await b.monitors.find('unknown', monitor.id))!.testedUntil).toBeNull();
    const facts = {
      kind: 'rule',
      featureServiceId: 'fs_1',
      dayShockVariance: 0.2,
      actedDayShockVariance: 0.2,
      referenceKind: 'first-window',
      reference: null,
    } as const;
    await b.versions.freeze('unknown', monitor.id, 'mv_strange', facts);
    await evaluate(monitor);
    expect((await b.monitors.find('unknown', monitor.id))!.evaluatedUntil).not.toBeNull();
  });

  it('waits for the decision of a reported outcome, and goes on when it arrives', async () => {
    const few = tellStory({ days: 10, perDay: 10, seed: 3 });
    const monitor = await watch('late');
    const missing = few.decisions.find((d) => few.outcomes.some((o) => o.decisionId === d.id))!;
    for (const deliver of decisionBatches(
      'late',
      few.decisions.filter((d) => d !== missing),
      50,
    ))
      await deliver();
    for (const deliver of outcomeReports('late', few.outcomes, 500)) await deliver();
    await evaluate(monitor);
    expect((await b.monitors.find('late', monitor.id))!.evaluatedUntil).toBeNull();
    await b.inWorkspace('late', (tx) => b.decisions.keep(tx, 'late', [batchOf('late-last', [missing])]));
    await evaluate(monitor);
    expect((await b.monitors.find('late', monitor.id))!.evaluatedUntil).not.toBeNull();
  });
});
