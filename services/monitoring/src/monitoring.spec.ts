import { Arm, RolloutState } from '#contracts/serving/v1/events';
import { decisions as decisionTopic, endpoints } from '#libs/topics';
import { batchOf, ENDPOINT, MODEL, RULE, tellStory, type Story } from './evaluation/evaluation.fixture.js';
import { startService, WORKSPACE } from './fixture/service.fixture.js';
import { vectorsFromBytes } from './decision/decision.proto.js';

let platform: Awaited<ReturnType<typeof startService>>;
beforeAll(async () => {
  platform = await startService();
});
afterAll(() => platform.stop());

const story = tellStory({ days: 56, perDay: 20, seed: 5, partsOn: 14 });
const temperatures = new Map(story.decisions.map(({ rowKey, temperature }) => [rowKey, temperature]));
const carriers = new Map(story.decisions.map(({ rowKey, carrier }) => [rowKey, carrier]));

const REPORT = 'mutation ($input: ReportOutcomesInput!) { reportOutcomes(input: $input) { accepted repeated corrected } }';

async function publish(decisions: Story['decisions']): Promise<void> {
  const { columns } = batchOf('unused', decisions);
  const { DecisionsMade } = await import('#contracts/serving/v1/events');
  const { features, request } = DecisionsMade.decode(columns);
  const baseline = decisions.map(({ baselineAct, act }) => baselineAct ?? act);
  const value = DecisionsMade.fromPartial({
    endpointId: ENDPOINT,
    useCaseId: 'uc_1',
    decisionIds: decisions.map(({ id }) => id),
    decidedAt: decisions.map(({ decidedAt }) => decidedAt),
    rowKeys: decisions.map(({ rowKey }) => rowKey),
    modelVersionIds: decisions.map(({ versionId }) => versionId),
    arms: decisions.map(({ arm }) => (arm === 'champion' ? Arm.ARM_CHAMPION : Arm.ARM_CHALLENGER)),
    probabilities: decisions.map(({ probability }) => probability),
    thresholds: decisions.map(({ threshold }) => threshold),
    acts: decisions.map(({ act }) => act),
    baselineActs: baseline,
    features,
    request,
  });
  const fact = { key: ENDPOINT, workspace: WORKSPACE, time: decisions[0]!.decidedAt, value };
  await platform.log.publish([decisionTopic.record('serving.v1.DecisionsMade', fact)]);
}

async function announce(): Promise<void> {
  const fact = { key: ENDPOINT, workspace: WORKSPACE, time: story.decisions[0]!.decidedAt };
  await platform.log.publish([
    endpoints.record('serving.v1.EndpointCreated', {
      ...fact,
      value: { endpointId: ENDPOINT, name: 'flights', useCaseId: 'uc_1', championVersionId: RULE },
    }),
    endpoints.record('serving.v1.RolloutAdvanced', {
      ...fact,
      value: {
        endpointId: ENDPOINT,
        rolloutId: 'ro_1',
        modelVersionId: MODEL,
        percent: 100,
        state: RolloutState.ROLLOUT_STATE_COMPLETED,
        reason: '',
      },
    }),
  ]);
}

/** Asks until the answer satisfies, or the test's own time is over. */
async function until<Data>(query: string, holds: (data: Data) => boolean): Promise<Data> {
  for (;;) {
    const { data } = await platform.ask('ml-engineer', query);
    if (data && holds(data as Data)) return data as Data;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const MONITOR = `{ monitor(endpointId: "${ENDPOINT}") { id evaluatedUntil calibrationTest { version { id } evidence limit days(first: 3) { day decisions gap evidence } }
  values { month arm version { id } decisions labelMaturity value { amount currency } missed { amount } }
  windows(first: 50) { edges { node { from to closed segments { arm version { id } decisions labelMaturity auc logLoss promised { amount } value { amount } } drift { feature version { id } psi pValue significant } } } } } }`;

interface MonitorAnswer {
  readonly monitor: {
    readonly evaluatedUntil: string | null;
    readonly calibrationTest: {
      readonly version: { readonly id: string };
      readonly evidence: number;
      readonly days: readonly unknown[];
    };
    readonly values: readonly { readonly arm: string; readonly value: { readonly amount: string } }[];
    readonly windows: {
      readonly edges: readonly {
        readonly node: {
          readonly closed: boolean;
          readonly segments: readonly { readonly arm: string; readonly logLoss: number | null }[];
        };
      }[];
    };
  } | null;
}

describe('monitoring', () => {
  it('brings an alert to a subscriber by itself, with stubs of the endpoint, the version and the use case', async () => {
    platform.neighbours.offline = ({ rows }) => {
      const keys = (rows[0]!.values as { value: { values: string[] } }).value.values;
      const { features } = vectorsFromBytes(batchOf('offline', []).columns);
      expect(features.map(({ name }) => name)).toEqual(['temperature', 'carrier']);
      return [
        { name: 'temperature', values: { $case: 'numbers', value: { values: keys.map((key) => temperatures.get(key)!) } } },
        { name: 'carrier', values: { $case: 'texts', value: { values: keys.map((key) => carriers.get(key)!) } } },
      ];
    };
    await announce();
    const subscription = await platform.subscribe(
      'business-owner',
      `subscription { alertRaised(endpointId: "${ENDPOINT}") { id kind state summary calibrationGapPoints costPerMonth { amount currency } raisedAt since endpoint { id } version { id } useCase { id } } }`,
    );
    const first = subscription.results.next();
    for (let start = 0; start < story.decisions.length; start += 100) await publish(story.decisions.slice(start, start + 100));
    await until<{ monitor: { id: string } | null }>(
      `{ monitor(endpointId: "${ENDPOINT}") { id } }`,
      ({ monitor }) => monitor !== null,
    );
    const unique = story.outcomes.filter((o, i) => story.outcomes.findIndex((p) => p.decisionId === o.decisionId) === i);
    const input = { endpointId: ENDPOINT, outcomes: unique, completeUntil: '2013-09-30T00:00:00Z' };
    expect(await platform.ask('data-engineer', REPORT, { input })).toEqual({
      data: { reportOutcomes: { accepted: unique.length, repeated: 0, corrected: 0 } },
    });
    const { value } = await first;
    expect(value).toMatchObject({
      data: {
        alertRaised: {
          kind: 'calibration',
          state: 'raised',
          summary: expect.stringMatching(/points too high since 2013-.* EUR less than the best threshold/),
          endpoint: { id: ENDPOINT },
          version: { id: MODEL },
          useCase: { id: 'uc_1' },
          costPerMonth: { currency: 'EUR' },
        },
      },
    });
    await subscription.stop();
  });

  it('shows windows, months and the state of the test', async () => {
    const { monitor } = await until<MonitorAnswer>(
      MONITOR,
      ({ monitor }) => monitor?.evaluatedUntil === '2013-09-28T00:00:00.000Z',
    );
    expect(monitor!.calibrationTest.version.id).toBe(MODEL);
    expect(monitor!.calibrationTest.days).toHaveLength(3);
    const segments = monitor!.windows.edges.flatMap(({ node }) => node.segments);
    expect(monitor!.windows.edges.every(({ node }) => node.closed)).toBe(true);
    expect(segments.filter(({ arm }) => arm === 'challenger').every(({ logLoss }) => logLoss === null)).toBe(true);
    expect(new Set(monitor!.values.map(({ arm }) => arm))).toEqual(
      new Set(['champion', 'challenger', 'baseline:never', 'baseline:always', 'baseline:rule']),
    );
  });

  it('changes nothing when a report comes again, and refuses one that is wrong in any part', async () => {
    const outcomes = story.outcomes.slice(0, 50).filter((o, i, all) => all.findIndex((p) => p.decisionId === o.decisionId) === i);
    const input = { endpointId: ENDPOINT, outcomes, completeUntil: '2013-09-30T00:00:00Z' };
    const again = await platform.ask('data-engineer', REPORT, { input });
    expect(again.data).toEqual({ reportOutcomes: { accepted: 0, repeated: outcomes.length, corrected: 0 } });
    const problem = async (changes: object): Promise<string | undefined> =>
      (await platform.ask('data-engineer', REPORT, { input: { ...input, ...changes } })).errors?.[0]?.extensions?.problem;
    expect(await problem({ outcomes: [outcomes[0], outcomes[0]] })).toBe('monitoring/outcome-twice');
    expect(await problem({ outcomes: [{ ...outcomes[0], outcome: !outcomes[0]!.outcome }] })).toBe(
      'monitoring/outcome-contradicts',
    );
    expect(await problem({ outcomes: [{ ...outcomes[0], decisionId: 'mv_1' }] })).toBe('monitoring/decision-id');
    expect(await problem({ completeUntil: '2999-01-01T00:00:00Z' })).toBe('monitoring/complete-in-future');
    expect(await problem({ endpointId: 'ep_other' })).toBe('monitoring/endpoint');
  });

  it('answers what a decision became and earned, and nothing to another workspace', async () => {
    const query =
      'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Decision { id outcome outcomeKnownAt value { amount currency } } } }';
    const decision = story.decisions.find((d) => d.act && story.outcomes.some((o) => o.decisionId === d.id))!;
    const outcome = story.outcomes.find((o) => o.decisionId === decision.id)!;
    const r = [
      { __typename: 'Decision', id: decision.id },
      { __typename: 'Decision', id: 'dec_unknown' },
    ];
    const { data } = await platform.ask('executive', query, { r });
    expect(data).toEqual({
      _entities: [
        {
          id: decision.id,
          outcome: outcome.outcome,
          outcomeKnownAt: outcome.knownAt.toISOString(),
          value: { amount: outcome.outcome ? '60.00' : '-25.00', currency: 'EUR' },
        },
        { id: 'dec_unknown', outcome: null, outcomeKnownAt: null, value: null },
      ],
    });
    expect((await platform.ask('executive', query, { r }, 'elsewhere')).data).toMatchObject({
      _entities: [{ outcome: null, value: null }, { outcome: null }],
    });
    expect((await platform.ask('executive', `{ monitor(endpointId: "${ENDPOINT}") { id } }`, {}, 'elsewhere')).data).toEqual({
      monitor: null,
    });
  });

  it('takes an alert on, resolves it with a reason, and lets only some roles do so', async () => {
    const { data } = await platform.ask('ml-engineer', '{ alerts(first: 1) { edges { node { id } } } }');
    const { id } = (data as { alerts: { edges: { node: { id: string } }[] } }).alerts.edges[0]!.node;
    const change = (role: 'ml-engineer' | 'data-engineer', field: string) =>
      platform.ask(role, `mutation { ${field} { state assignee acknowledgedBy resolution } }`);
    expect((await change('data-engineer', `acknowledgeAlert(id: "${id}")`)).errors?.[0]?.extensions).toMatchObject({
      problem: 'identity/not-permitted',
    });
    expect((await change('ml-engineer', `acknowledgeAlert(id: "${id}", assignee: "person:data-scientist")`)).data).toMatchObject({
      acknowledgeAlert: { state: 'acknowledged', assignee: 'person:data-scientist' },
    });
    expect((await change('ml-engineer', `resolveAlert(id: "${id}", reason: "")`)).errors?.[0]?.extensions).toMatchObject({
      problem: 'monitoring/alert-reason',
    });
    expect((await change('ml-engineer', `resolveAlert(id: "${id}", reason: "retrained")`)).data).toMatchObject({
      resolveAlert: { state: 'resolved', resolution: 'retrained' },
    });
    expect((await change('ml-engineer', `resolveAlert(id: "al_unknown", reason: "x")`)).errors?.[0]?.extensions).toMatchObject({
      problem: 'monitoring/alert',
    });
  });

  it('refuses to resume after an alert that there never was', async () => {
    const unknown = await platform.subscribe('ml-engineer', 'subscription { alertRaised(after: "al_unknown") { id } }');
    expect(await unknown.results.next()).toMatchObject({ value: { errors: [{ extensions: { problem: 'monitoring/alert' } }] } });
    await unknown.stop();
  });

  it('finds no skew between equal vectors, every one that differs, and refuses an empty period', async () => {
    const query = (from: string, to: string) =>
      `{ skewReport(endpointId: "${ENDPOINT}", from: "${from}", to: "${to}") { decisions comparedValues different features } }`;
    const whole = query('2013-06-01T00:00:00Z', '2013-08-01T00:00:00Z');
    expect((await platform.ask('data-scientist', whole)).data).toEqual({
      skewReport: { decisions: story.decisions.length, comparedValues: 2 * story.decisions.length, different: 0, features: [] },
    });
    const honest = platform.neighbours.offline;
    platform.neighbours.offline = (request) =>
      honest(request).map((column) => (column.name === 'carrier' ? { ...column, name: 'carrier_code' } : column));
    expect((await platform.ask('data-scientist', whole)).data).toMatchObject({
      skewReport: { different: 2 * story.decisions.length, features: ['carrier', 'carrier_code'] },
    });
    platform.neighbours.offline = honest;
    expect(
      (await platform.ask('data-scientist', query('2013-06-02T00:00:00Z', '2013-06-02T00:00:00Z'))).errors?.[0]?.extensions
        ?.problem,
    ).toBe('monitoring/period');
    expect((await platform.ask('executive', whole)).errors?.[0]?.extensions?.problem).toBe('identity/not-permitted');
  });
});
