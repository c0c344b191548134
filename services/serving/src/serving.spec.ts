import { status } from '@grpc/grpc-js';
import pg from 'pg';
import type { RunningService } from '#libs/host';
import { numberTensor, textTensor } from '#libs/inference';
import { start } from './app.js';
import { input, raw, request, type InferenceCaller } from './fixture/inference-caller.fixture.js';
import { lateShare } from './fixture/neighbours.fixture.js';
import { graphOf, inferenceOf, surroundings, type Surroundings } from './fixture/serving.fixture.js';

let around: Surroundings;
let service: RunningService;
let caller: InferenceCaller;
let graph: ReturnType<typeof graphOf>;
let endpointId: string;
const clients: InferenceCaller[] = [];

const JUNE = new Date('2013-06-01T08:00:00Z');
const flight = (i: number) => ({ key: `UA-${i}`, carrier: 'UA', distance: 100 + i });
const CREATE = `mutation C($input: CreateEndpointInput!) { createEndpoint(input: $input) { id champion { id } baseline { id } rollout { id } } }`;

beforeAll(async () => {
  around = await surroundings();
  const { neighbours, objects } = around;
  await neighbours.addRule(objects, 'mv_rule', 1, 'late_share > 0.3');
  await neighbours.addRule(objects, 'mv_new', 2, "late_share > 0.1 and carrier <> 'XX'");
  await neighbours.addRule(objects, 'mv_candidate', 3, 'late_share > 0.2', { stage: 1 });
  await neighbours.addRule(objects, 'mv_elsewhere', 4, 'late_share > 0.2', { useCaseId: 'uc_2' });
  await neighbours.addRule(objects, 'mv_other_columns', 5, 'late_share > 0.2', { featureServiceId: 'fs_other' });
  service = await start(around.env);
  graph = graphOf(around, service.httpPort);
  caller = await inferenceOf(around, service.grpcPort);
  clients.push(caller);
  const { data } = await graph<{ createEndpoint: { id: string } }>('ml-engineer', CREATE, {
    input: { name: 'flights', useCaseId: 'uc_1', modelVersionId: 'mv_rule', idempotencyKey: 'k' },
  });
  endpointId = data!.createEndpoint.id;
});
afterAll(async () => {
  clients.forEach((client) => client.close());
  await service.stop();
  await around.stop();
});

async function codeOf(work: Promise<unknown>): Promise<readonly [number, string]> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  const { code, metadata } = error as { code: number; metadata: { get(key: string): string[] } };
  return [code, metadata.get('problem-type')[0] ?? ''];
}

describe('an endpoint', () => {
  it('is opened once per key, with the approved version behind it as champion and baseline', async () => {
    const again = await graph('ml-engineer', CREATE, {
      input: { name: 'flights', useCaseId: 'uc_1', modelVersionId: 'mv_rule', idempotencyKey: 'k' },
    });
    expect(again.data).toEqual({
      createEndpoint: { id: endpointId, champion: { id: 'mv_rule' }, baseline: { id: 'mv_rule' }, rollout: null },
    });
  });

  it.each([
    [{ name: 'flights', useCaseId: 'uc_1', modelVersionId: 'mv_rule' }, 'serving/endpoint-name-taken'],
    [{ name: 'Flights!', useCaseId: 'uc_1', modelVersionId: 'mv_rule' }, 'serving/endpoint-name'],
    [{ name: 'other', useCaseId: 'uc_1', modelVersionId: 'mv_candidate' }, 'serving/not-approved'],
    [{ name: 'other', useCaseId: 'uc_1', modelVersionId: 'mv_elsewhere' }, 'serving/other-use-case'],
    [{ name: 'other', useCaseId: 'uc_1', modelVersionId: 'mv_absent' }, 'registry/model-version'],
  ])('is not opened with %j', async (request_, problem) => {
    const { errors } = await graph('ml-engineer', CREATE, { input: request_ });
    expect(errors?.[0]?.extensions?.problem).toBe(problem);
  });

  it('is opened by an ML engineer only', async () => {
    const { errors } = await graph('data-analyst', CREATE, {
      input: { name: 'other', useCaseId: 'uc_1', modelVersionId: 'mv_rule' },
    });
    expect(errors?.[0]?.extensions?.problem).toBe('identity/not-permitted');
  });

  it('decides from entity keys, with the features of each row as of its moment', async () => {
    const later = new Date(JUNE.getTime() + 20_000);
    const [[first], [second]] = [
      await caller.decide('flights', [flight(1)], { asOf: JUNE }),
      await caller.decide('flights', [flight(1)], { asOf: later }),
    ];
    expect(first).toMatchObject({ version: 'mv_rule', arm: 'champion', act: lateShare('UA', JUNE) > 0.3 });
    expect(second).toMatchObject({ act: lateShare('UA', later) > 0.3 });
    expect(first!.act).not.toBe(second!.act);
  });

  it('tells what it takes and gives as a model does', async () => {
    expect(await caller.describe('flights')).toMatchObject({
      platform: 'millrace_endpoint',
      versions: ['mv_rule'],
      inputs: [
        { name: 'flight_key', datatype: 'BYTES', shape: [-1n] },
        { name: 'carrier' },
        { name: 'distance', datatype: 'FP64' },
        { name: 'as_of', datatype: 'INT64' },
      ],
    });
    expect(await caller.ready('flights')).toEqual({ ready: true });
  });

  it('takes typed contents, and answers in kind', async () => {
    const typed = request(
      'flights',
      [
        input('flight_key', 'BYTES', [1, 1], { bytesContents: [Buffer.from('T-1')] }),
        input('carrier', 'BYTES', [1, 1], { bytesContents: [Buffer.from('UA')] }),
        input('distance', 'INT32', [1, 1], { intContents: [7] }),
      ],
      'my id',
    );
    const { id, outputs, rawOutputContents } = await caller.infer(typed);
    expect(id).toBe('my id');
    expect(rawOutputContents).toEqual([]);
    expect(outputs.map(({ name, datatype }) => [name, datatype])).toEqual([
      ['probability', 'FP64'],
      ['act', 'BOOL'],
      ['threshold', 'FP64'],
      ['decision_id', 'BYTES'],
      ['model_version', 'BYTES'],
      ['arm', 'BYTES'],
    ]);
    expect(outputs[2]!.contents!.fp64Contents).toEqual([0.5]);
  });

  it('reads the features of calls that arrive together in few reads', async () => {
    around.neighbours.reads.length = 0;
    await Promise.all(Array.from({ length: 60 }, (_, i) => caller.decide('flights', [flight(i)], { asOf: JUNE })));
    expect(around.neighbours.reads.reduce((sum, rows) => sum + rows, 0)).toBe(60);
    expect(around.neighbours.reads.length).toBeLessThan(30);
  });

  it.each([
    [
      'a missing column',
      raw('flights', [textTensor('flight_key', ['a'], [1])]),
      status.INVALID_ARGUMENT,
      'serving/missing-column',
    ],
    [
      'an unknown column',
      raw('flights', [
        textTensor('flight_key', ['a'], [1]),
        textTensor('carrier', ['a'], [1]),
        numberTensor('distance', 'FP64', [1], [1]),
        numberTensor('x', 'FP64', [1], [1]),
      ]),
      status.INVALID_ARGUMENT,
      'serving/unknown-column',
    ],
    [
      'a wrong shape',
      raw('flights', [
        textTensor('flight_key', ['a', 'b'], [1, 2]),
        textTensor('carrier', ['a'], [1]),
        numberTensor('distance', 'FP64', [1], [1]),
      ]),
      status.INVALID_ARGUMENT,
      'serving/column-shape',
    ],
    [
      'a wrong length',
      raw('flights', [
        textTensor('flight_key', ['a'], [1]),
        textTensor('carrier', ['a'], [1]),
        numberTensor('distance', 'FP64', [1], [3]),
      ]),
      status.INVALID_ARGUMENT,
      'inference/tensor',
    ],
    [
      'a text with NUL',
      raw('flights', [
        textTensor('flight_key', ['a\0'], [1]),
        textTensor('carrier', ['a'], [1]),
        numberTensor('distance', 'FP64', [1], [1]),
      ]),
      status.INVALID_ARGUMENT,
      'inference/tensor',
    ],
    [
      'a size that cannot be',
      { ...request('flights', []), inputs: [input('distance', 'FP64', [1e9, 1e9], {})] },
      status.INVALID_ARGUMENT,
      'serving/tensor',
    ],
    [
      'another datatype than its contents',
      request('flights', [input('distance', 'FP64', [1], { fp32Contents: [1] })]),
      status.INVALID_ARGUMENT,
      'serving/tensor',
    ],
    ['no model', request('', []), status.INVALID_ARGUMENT, 'serving/model-name'],
    ['an unknown model', request('nothing', []), status.NOT_FOUND, 'registry/model-version'],
    ['an unknown version', { ...request('flights', []), modelVersion: '99' }, status.NOT_FOUND, 'registry/model-version'],
  ])('refuses %s with its code', async (_name, message, code, slug) => {
    expect(await codeOf(caller.infer(message))).toEqual([code, slug]);
  });

  it('is not there for another workspace, nor for roles that do not decide', async () => {
    const [stranger, analyst] = await Promise.all([
      inferenceOf(around, service.grpcPort, 'ml-engineer', 'other'),
      inferenceOf(around, service.grpcPort, 'data-analyst'),
    ]);
    clients.push(stranger, analyst);
    expect((await codeOf(analyst.decide('flights', [flight(1)])))[0]).toBe(status.PERMISSION_DENIED);
    expect((await graph('ml-engineer', '{ endpoint(name: "flights") { id } }', {}, 'other')).data).toEqual({ endpoint: null });
    expect(
      (await graph('ml-engineer', `{ decisions(endpointId: "${endpointId}", first: 1) { edges { node { id } } } }`, {}, 'other'))
        .data,
    ).toEqual({ decisions: { edges: [] } });
    // The double of the registry knows its versions in every workspace, so the name is a model's there: tensors of a decision do not fit it.
    expect((await codeOf(stranger.decide('flights', [flight(1)])))[0]).not.toBe(status.OK);
  });

  it('answers UNAVAILABLE while the features cannot be read, and makes no decision', async () => {
    around.neighbours.featuresAway = true;
    expect((await codeOf(caller.decide('flights', [{ ...flight(1), key: 'away' }])))[0]).toBe(status.UNAVAILABLE);
    around.neighbours.featuresAway = false;
    const { data } = await graph<{ decisions: { edges: { node: { rowKey: string } }[] } }>(
      'ml-engineer',
      `{ decisions(endpointId: "${endpointId}", first: 1000) { edges { node { rowKey } } } }`,
    );
    expect(data!.decisions.edges.map(({ node }) => node.rowKey)).not.toContain('away');
  });
});

describe('a model by its own name', () => {
  it('takes and gives the tensors of its graph', async () => {
    const { outputs } = await caller.infer({
      ...request('flights', [input('late_share', 'FP64', [2, 1], { fp64Contents: [0.2, 0.4] })]),
      modelVersion: '1',
    });
    expect(outputs).toMatchObject([{ name: 'probability', datatype: 'FP32', contents: { fp32Contents: [0, 1] } }]);
    expect(await caller.describe('flights', '1')).toMatchObject({
      platform: 'onnxruntime_onnx',
      versions: ['1'],
      inputs: [{ name: 'late_share', datatype: 'FP64', shape: [-1n, 1n] }],
    });
  });

  it('answers the outputs that were asked for, and refuses others', async () => {
    const asked = (name: string) => ({
      ...request('flights', [input('late_share', 'FP64', [1, 1], { fp64Contents: [0.4] })]),
      modelVersion: '1',
      outputs: [{ name, parameters: {} }],
    });
    expect((await caller.infer(asked('probability'))).outputs).toHaveLength(1);
    expect(await codeOf(caller.infer(asked('label')))).toEqual([status.INVALID_ARGUMENT, 'serving/unknown-output']);
  });
});

describe('the door', () => {
  it('is live, and refuses unknown methods and unknown callers at once', async () => {
    expect(await caller.live()).toEqual({ live: true });
    expect(await caller.serverReady()).toEqual({ ready: true });
    expect((await codeOf(caller.unknownMethod()))[0]).toBe(status.UNIMPLEMENTED);
  });
});

interface DecisionPage {
  readonly edges: readonly { readonly node: { readonly id: string; readonly decidedAt: string } }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string };
}

async function decisionPage(after: string | null): Promise<DecisionPage> {
  const query = `query P($endpointId: ID!, $after: String) {
    decisions(endpointId: $endpointId, first: 20, after: $after) { edges { node { id decidedAt act } } pageInfo { hasNextPage endCursor } }
  }`;
  const { data } = await graph<{ decisions: DecisionPage }>('ml-engineer', query, { endpointId, after });
  return data!.decisions;
}

describe('a decision', () => {
  const DECISION = `query D($id: ID!) { decision(id: $id) { id endpoint { name } version { id } arm decidedAt rowKey request { name number text } features { name number text } probability threshold proposedAct act baselineAct override { act by reason } } }`;

  it('is on record when it has been answered, with its request and its features as served', async () => {
    const [decided] = await caller.decide('flights', [{ key: 'REC-1', carrier: 'DL', distance: NaN }], { asOf: JUNE });
    const { data } = await graph('data-scientist', DECISION, { id: decided!.decisionId });
    const share = lateShare('DL', JUNE);
    expect(data).toEqual({
      decision: {
        id: decided!.decisionId,
        endpoint: { name: 'flights' },
        version: { id: 'mv_rule' },
        arm: 'champion',
        decidedAt: JUNE.toISOString(),
        rowKey: 'REC-1',
        request: [
          { name: 'flight_key', number: null, text: 'REC-1' },
          { name: 'carrier', number: null, text: 'DL' },
          { name: 'distance', number: null, text: null },
        ],
        features: [
          { name: 'late_share', number: share, text: null },
          { name: 'distance', number: null, text: null },
          { name: 'carrier', number: null, text: 'DL' },
        ],
        probability: share > 0.3 ? 1 : 0,
        threshold: 0.5,
        proposedAct: share > 0.3,
        act: share > 0.3,
        baselineAct: share > 0.3,
        override: null,
      },
    });
  });

  it('is the same one when the same request is asked again, also at once', async () => {
    const ask = () => caller.decide('flights', [{ key: 'AGAIN', carrier: 'B6', distance: 5 }], { id: 'request-7', asOf: JUNE });
    const [[first], [second]] = await Promise.all([ask(), ask()]);
    expect(second).toEqual(first);
    await graph('data-scientist', DECISION, { id: first!.decisionId }); // waits until the database has it
    expect((await ask())[0]).toEqual(first);
    const other = await caller.decide('flights', [{ key: 'AGAIN', carrier: 'B6', distance: 5 }], { id: 'request-8', asOf: JUNE });
    expect(other[0]!.decisionId).not.toBe(first!.decisionId);
  });

  it('can be overridden by a person with a reason, which then holds', async () => {
    const [decided] = await caller.decide('flights', [flight(900)], { asOf: JUNE });
    const override = (act: boolean, reason: string, role: 'business-owner' | 'data-analyst' = 'business-owner') =>
      graph(
        role,
        `mutation O($id: ID!, $act: Boolean!, $reason: String!) { overrideDecision(decisionId: $id, act: $act, reason: $reason) { act proposedAct override { act by reason } } }`,
        { id: decided!.decisionId, act, reason },
      );
    const { act } = decided!;
    expect((await override(!act, ' ')).errors?.[0]?.extensions?.problem).toBe('serving/reason');
    expect((await override(act, 'no change')).errors?.[0]?.extensions?.problem).toBe('serving/override-changes-nothing');
    expect((await override(!act, 'I know better', 'data-analyst')).errors?.[0]?.extensions?.problem).toBe(
      'identity/not-permitted',
    );
    expect((await override(!act, 'a school class')).data).toEqual({
      overrideDecision: {
        act: !act,
        proposedAct: act,
        override: { act: !act, by: 'person:business-owner', reason: 'a school class' },
      },
    });
  });

  it('stands in pages by moment, each one once', async () => {
    const seen: string[] = [];
    let page = await decisionPage(null);
    for (; page.pageInfo.hasNextPage; page = await decisionPage(page.pageInfo.endCursor))
      seen.push(...page.edges.map(({ node }) => `${node.decidedAt} ${node.id}`));
    seen.push(...page.edges.map(({ node }) => `${node.decidedAt} ${node.id}`));
    expect(seen.length).toBeGreaterThan(60);
    expect(new Set(seen).size).toBe(seen.length);
    expect([...seen].sort()).toEqual(seen);
  });
});

describe('a rollout', () => {
  const START = `mutation S($endpointId: ID!, $modelVersionId: ID!, $effectiveFrom: DateTime) { startRollout(endpointId: $endpointId, modelVersionId: $modelVersionId, effectiveFrom: $effectiveFrom) { id percent state version { id } } }`;
  const ADVANCE = `mutation A($id: ID!, $effectiveFrom: DateTime) { advanceRollout(rolloutId: $id, effectiveFrom: $effectiveFrom) { percent state } }`;
  const FROM = new Date('2013-07-01T00:00:00Z');

  it.each([
    ['mv_rule', 'serving/already-champion'],
    ['mv_candidate', 'serving/not-approved'],
    ['mv_elsewhere', 'serving/other-use-case'],
    ['mv_other_columns', 'serving/other-request'],
  ])('of %s is refused', async (modelVersionId, problem) => {
    expect((await graph('ml-engineer', START, { endpointId, modelVersionId })).errors?.[0]?.extensions?.problem).toBe(problem);
  });

  it('takes over under continuing load without a failed call, by the moments of the rows', async () => {
    let calls = 0;
    let failed = 0;
    let running = true;
    const load = Array.from({ length: 6 }, async () => {
      while (running) {
        calls += 1;
        await caller.decide('flights', [flight(calls)], { asOf: FROM }).catch(() => (failed += 1));
      }
    });
    const { data } = await graph<{ startRollout: { id: string } }>('ml-engineer', START, {
      endpointId,
      modelVersionId: 'mv_new',
      effectiveFrom: FROM.toISOString(),
    });
    const { id } = data!.startRollout;
    expect((await graph('ml-engineer', START, { endpointId, modelVersionId: 'mv_new' })).errors?.[0]?.extensions?.problem).toBe(
      'serving/rollout-running',
    );
    const keys = Array.from({ length: 300 }, (_, i) => flight(i));
    const challengers = async (asOf: Date): Promise<ReadonlySet<number>> =>
      new Set((await caller.decide('flights', keys, { asOf })).flatMap(({ arm }, i) => (arm === 'challenger' ? [i] : [])));
    const tenth = await challengers(FROM);
    expect(tenth.size).toBeGreaterThan(10);
    expect(tenth.size).toBeLessThan(60);
    expect((await challengers(JUNE)).size).toBe(0);
    await graph('ml-engineer', ADVANCE, { id, effectiveFrom: FROM.toISOString() });
    const half = await challengers(FROM);
    expect([...tenth].every((i) => half.has(i))).toBe(true);
    expect(half.size).toBeGreaterThan(110);
    expect((await graph('ml-engineer', ADVANCE, { id, effectiveFrom: FROM.toISOString() })).data).toEqual({
      advanceRollout: { percent: 100, state: 'completed' },
    });
    running = false;
    await Promise.all(load);
    expect(calls).toBeGreaterThan(50);
    expect(failed).toBe(0);
    expect(
      new Set((await caller.decide('flights', keys, { asOf: FROM })).map(({ version, arm }) => `${version} ${arm}`)),
    ).toEqual(new Set(['mv_new champion']));
    expect(new Set((await caller.decide('flights', keys, { asOf: JUNE })).map(({ version }) => version))).toEqual(
      new Set(['mv_rule']),
    );
  });

  it('records beside each decision what the first version would have done', async () => {
    const between = [...Array(200).keys()]
      .map((s) => new Date(FROM.getTime() + s * 1_000))
      .find((moment) => lateShare('UA', moment) > 0.1 && lateShare('UA', moment) <= 0.3)!;
    const [decided] = await caller.decide('flights', [flight(1)], { asOf: between });
    const { data } = await graph('ml-engineer', `query D($id: ID!) { decision(id: $id) { act baselineAct version { id } } }`, {
      id: decided!.decisionId,
    });
    expect(data).toEqual({ decision: { act: true, baselineAct: false, version: { id: 'mv_new' } } });
  });

  it('can be rolled back, for every row at once', async () => {
    const { data } = await graph<{ startRollout: { id: string } }>('ml-engineer', START, {
      endpointId,
      modelVersionId: 'mv_rule',
    });
    const { data: back } = await graph(
      'business-owner',
      `mutation B($id: ID!) { rollBack(rolloutId: $id, reason: "it costs money") { state percent reason } }`,
      { id: data!.startRollout.id },
    );
    expect(back).toEqual({ rollBack: { state: 'rolled_back', percent: 0, reason: 'it costs money' } });
    expect(
      new Set((await caller.decide('flights', [...Array(100).keys()].map(flight), { asOf: JUNE })).map(({ arm }) => arm)),
    ).toEqual(new Set(['champion']));
  });
});

describe('while the database is away', () => {
  const byName = () => caller.infer(request('trains', [input('late_share', 'FP64', [1, 1], { fp64Contents: [0.4] })]));

  beforeAll(async () => {
    await around.neighbours.addRule(around.objects, 'mv_trains', 1, 'late_share > 0.3', { modelName: 'trains' });
    await byName(); // a model, not an endpoint
  });

  async function admit(connections: boolean): Promise<void> {
    const url = new URL(around.database.adminUrl);
    const name = url.pathname.slice(1);
    url.pathname = '/postgres';
    const admin = new pg.Client({ connectionString: url.href });
    await admin.connect();
    await admin.query(`alter database ${name} allow_connections ${connections}`);
    if (!connections) await admin.query(`select pg_terminate_backend(pid) from pg_stat_activity where datname = $1`, [name]);
    await admin.end();
  }

  it('decisions are made and kept, and are in the database when it is back', async () => {
    await admit(false);
    const made = await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        caller.decide('flights', [{ ...flight(i), key: `OUT-${i}` }], { asOf: JUNE, id: `out-${i}` }),
      ),
    );
    expect((await byName()).outputs).toHaveLength(1);
    await admit(true);
    const stored = async (id: string): Promise<boolean> => {
      const { data } = await graph<{ decision: object | null }>('ml-engineer', `query D($id: ID!) { decision(id: $id) { id } }`, {
        id,
      });
      return Boolean(data?.decision);
    };
    const ids = made.map(([decided]) => decided!.decisionId);
    const until = Date.now() + 20_000;
    while (!(await stored(ids.at(-1)!)) && Date.now() < until) await new Promise((resolve) => setTimeout(resolve, 50));
    for (const id of ids) expect(await stored(id)).toBe(true);
  });
});
