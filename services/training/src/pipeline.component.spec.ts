import { readEnv } from '#libs/config';
import { EVENT_LOG } from '#libs/database';
import { PostgresEventLog } from '#libs/events';
import type { RunningService } from '#libs/host';
import { LOCAL_WORKSPACE } from '#libs/identity';
import { newId } from '#libs/ids';
import { DuckDbSqlEngine, numbersOf } from '#libs/sql';
import { alerts, catalogue } from '#libs/topics';
import { AlertKind } from '#contracts/monitoring/v1/events';
import { start } from './app.js';
import { trainingEnv } from './env.js';
import { dayStart, days, RULE_ID, TrainingFixture, TURN } from './fixture/training.fixture.js';
import { Graph } from './fixture/graph.fixture.js';

const CREATE = `mutation ($input: CreatePipelineInput!) { createPipeline(input: $input) { id } }`;
const START = `mutation ($input: StartPipelineInput!) { startPipeline(input: $input) { id run { id } } }`;
const CHANGES = `subscription ($id: ID!) { pipelineRunChanged(id: $id) { state step progress reason run { id } modelVersion { id } } }`;
const METRICS = `subscription ($id: ID!) { runMetrics(runId: $id) { name step value } }`;

interface Change {
  readonly pipelineRunChanged: {
    readonly state: string;
    readonly step: string;
    readonly progress: number;
    readonly reason: string | null;
    readonly run: { readonly id: string };
    readonly modelVersion: { readonly id: string } | null;
  };
}

let fixture: TrainingFixture;
let service: RunningService;
let graph: Graph;
let pipelineId: string;

const draft = {
  ...{ name: 'flights', modelId: 'mod_1', featureService: 'flights', dataset: 'flights' },
  ...{ momentColumn: 'moment', labelColumn: 'label', labelKnownColumn: 'label_known_at' },
  trainer: { trees: 40, leaves: 8, minRowsPerLeaf: 20 },
};
const plan = {
  train: days(0, 25),
  calibrate: days(25, 35),
  test: days(35, TURN),
  knownUntil: dayStart(TURN),
  baselineVersionIds: [RULE_ID],
};

async function startRun(changes: object = {}): Promise<{ readonly id: string; readonly run: { readonly id: string } }> {
  const { startPipeline } = await graph.ask<{ startPipeline: { id: string; run: { id: string } } }>(START, {
    input: { pipelineId, ...plan, ...changes },
  });
  return startPipeline;
}

async function toTheEnd(id: string): Promise<readonly Change['pipelineRunChanged'][]> {
  const changes: Change['pipelineRunChanged'][] = [];
  for await (const { pipelineRunChanged } of graph.subscribe<Change>(CHANGES, { id })) changes.push(pipelineRunChanged);
  return changes;
}

beforeAll(async () => {
  fixture = await TrainingFixture.start();
  service = await start(readEnv(trainingEnv, fixture.env()));
  graph = new Graph(`http://127.0.0.1:${service.httpPort}`, await fixture.bearer('ml-engineer'));
  pipelineId = (await graph.ask<{ createPipeline: { id: string } }>(CREATE, { input: draft })).createPipeline.id;
});
afterAll(async () => {
  await graph?.close();
  await service?.stop();
  await fixture?.[Symbol.asyncDispose]();
});

describe('a training pipeline', () => {
  it('makes a version that beats never, always and the rule, and tells its course and its losses live', async () => {
    fixture.neighbours.outages = 6; // more than the wire tries again by itself
    const { id, run } = await startRun();
    const metrics: { name: string; step: number; value: number }[] = [];
    const following = (async () => {
      for await (const { runMetrics } of graph.subscribe<{ runMetrics: (typeof metrics)[0] }>(METRICS, { id: run.id }))
        metrics.push(runMetrics);
    })();
    const changes = await toTheEnd(id);
    await following;
    expect(changes.at(-1)).toMatchObject({
      state: 'registered',
      progress: 1,
      reason: null,
      modelVersion: { id: `mv_of_${run.id}` },
    });
    expect(new Set(changes.map(({ step }) => step)).size).toBeGreaterThan(3);
    const losses = metrics.filter(({ name }) => name === 'validation_log_loss');
    expect(losses.map(({ step }) => step)).toEqual(Array.from({ length: 40 }, (_, i) => i + 1));
    expect(losses.at(-1)!.value).toBeLessThan(losses[0]!.value);
    expect(metrics.find(({ name }) => name === 'parity_difference')!.value).toBeLessThan(1e-6);

    const registration = fixture.neighbours.registered.at(-1)!;
    expect(registration).toMatchObject({
      modelId: 'mod_1',
      runId: run.id,
      threshold: 25 / 85,
      metricContractId: 'mc_1',
      trainingSetIds: ['ts_1'],
    });
    const evaluation = registration.evaluation!;
    expect(evaluation.auc).toBeGreaterThan(0.65);
    expect(evaluation.expectedCalibrationError).toBeLessThan(0.08);
    expect(evaluation.baselines.map(({ baseline }) => baseline)).toEqual(['never', 'always', RULE_ID]);
    for (const { difference } of evaluation.baselines) expect(difference!.low!.minorUnits).toBeGreaterThan(0n);
  });

  it('leaves parity rows with every feature and the probability that was computed', async () => {
    const { parityRows } = fixture.neighbours.registered.at(-1)!;
    const engine = await DuckDbSqlEngine.open({ objects: fixture.objects, workFolder: fixture.env()['WORK_FOLDER']! });
    const tables = { parity: { workspace: LOCAL_WORKSPACE, objects: [parityRows!.hash] } };
    const rows = await engine.columns({ sql: 'select * from parity', tables });
    await engine.close();
    expect(rows.columns.map(({ name }) => name)).toEqual(['gust', 'late_share', 'hour', 'carrier', 'probability']);
    expect(rows.rowCount).toBeGreaterThan(1_000);
    expect(numbersOf(rows, 'gust').nullCount).toBeGreaterThan(50);
  });

  it('does not train again what it has trained already', async () => {
    const first = fixture.neighbours.registered.at(-1)!;
    const { id, run } = await startRun();
    const steps = (await toTheEnd(id)).map(({ step }) => step);
    expect(steps).not.toHaveLength(0);
    const again = fixture.neighbours.registered.at(-1)!;
    expect(again.artifact).toEqual(first.artifact);
    expect(again.runId).not.toBe(first.runId);
    const { run: found } = await graph.ask<{ run: { metricHistory: { step: number }[]; artifacts: { name: string }[] } }>(
      `query ($id: ID!) { run(id: $id) { metricHistory(name: "training_log_loss") { step } artifacts { name hash } } }`,
      { id: run.id },
    );
    expect(found.metricHistory).toHaveLength(40);
    expect(found.artifacts.map(({ name }) => name)).toEqual([
      'forecasts.parquet',
      'model.json',
      'model.onnx',
      'parity-rows.parquet',
    ]);
  });

  it('learns nothing from permuted labels', async () => {
    const { id } = await startRun({ permuteLabels: true });
    await toTheEnd(id);
    const { auc, baselines } = fixture.neighbours.registered.at(-1)!.evaluation!;
    expect(Math.abs(auc - 0.5)).toBeLessThan(0.06);
    expect(baselines.some(({ difference }) => difference!.low!.minorUnits <= 0n)).toBe(true);
  });

  it('counts a start once per idempotency key', async () => {
    const [one, other] = [await startRun({ idempotencyKey: 'k1' }), await startRun({ idempotencyKey: 'k1' })];
    expect(other.id).toBe(one.id);
    await toTheEnd(one.id);
  });

  it('fails with the reason of a refusal, and registers nothing', async () => {
    const before = fixture.neighbours.registered.length;
    const { id } = await startRun({ baselineVersionIds: ['mv_unknown'] });
    expect((await toTheEnd(id)).at(-1)).toMatchObject({
      state: 'failed',
      reason: 'registry/model-version: no model version mv_unknown',
    });
    expect(fixture.neighbours.registered).toHaveLength(before);
  });

  it('stops at once when it is cancelled', async () => {
    let open: () => void = () => undefined;
    fixture.neighbours.gate = new Promise((resolve) => (open = resolve));
    const { id } = await startRun({ train: days(1, 25) });
    await graph.ask(`mutation ($id: ID!) { cancelPipelineRun(id: $id) { id } }`, { id });
    expect((await toTheEnd(id)).at(-1)!.state).toBe('cancelled');
    open();
    fixture.neighbours.gate = undefined;
  });

  it.each([
    ['periods that overlap', { calibrate: days(20, 35) }, 'training/periods'],
    ['an unknown pipeline', { pipelineId: 'pl_0' }, 'training/pipeline'],
  ])('refuses %s before anything is begun', async (_, changes, slug) => {
    await expect(startRun(changes)).rejects.toThrow(slug);
  });

  it('is not started by somebody who may only read', async () => {
    const reader = new Graph(`http://127.0.0.1:${service.httpPort}`, await fixture.bearer('business-owner'));
    await expect(reader.ask(START, { input: { pipelineId, ...plan } })).rejects.toThrow('identity/not-permitted');
    await reader.close();
  });
});

describe('an alert', () => {
  const TRIGGER = `mutation ($input: RetrainingTriggerInput!) { setRetrainingTrigger(input: $input) { trigger { trainFrom baselineVersions { id } } } }`;
  const RUNS = `query { pipeline(name: "flights") { runs(first: 1) { edges { node { id alertId state reason comparison { rows incumbent { id } difference { amount } differenceLow { amount } } } } } } }`;
  interface Newest {
    readonly pipeline: {
      readonly runs: {
        readonly edges: readonly {
          readonly node: {
            readonly id: string;
            readonly alertId: string | null;
            readonly state: string;
            readonly reason: string | null;
            readonly comparison: {
              readonly rows: number;
              readonly incumbent: { readonly id: string };
              readonly differenceLow: { readonly amount: string };
            } | null;
          };
        }[];
      };
    };
  }

  async function raise(raisedAt: string, modelVersionId: string): Promise<Newest['pipeline']['runs']['edges'][0]['node']> {
    const log = await PostgresEventLog.open({
      url: fixture.database.urlOf(EVENT_LOG),
      catalogue,
      name: 'monitoring',
      report: () => undefined,
    });
    const alertId = newId('alert');
    const value = {
      ...{ alertId, endpointId: 'ep_1', useCaseId: 'uc_1', modelVersionId, summary: '' },
      kind: AlertKind.ALERT_KIND_CALIBRATION,
      raisedAt: new Date(raisedAt),
    };
    await log.publish([
      alerts.record('monitoring.v1.AlertRaised', { key: 'ep_1', workspace: LOCAL_WORKSPACE, time: new Date(raisedAt), value }),
    ]);
    await log.close();
    const newest = async () => (await graph.ask<Newest>(RUNS)).pipeline.runs.edges[0]!.node;
    let found = await newest();
    while (found.alertId !== alertId) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      found = await newest();
    }
    await toTheEnd(found.id);
    return newest();
  }

  it('starts a retraining whose version replaces one that the world has left behind', async () => {
    const incumbent = `mv_of_${fixture.neighbours.registered[0]!.runId}`;
    await graph.ask(TRIGGER, {
      input: {
        pipelineId,
        endpointId: 'ep_1',
        trainFrom: dayStart(TURN),
        calibrationDays: 6,
        comparisonDays: 7,
        baselineVersionIds: [RULE_ID],
      },
    });
    const ended = await raise(dayStart(70), incumbent);
    expect(ended).toMatchObject({ state: 'registered', comparison: { incumbent: { id: incumbent } } });
    expect(Number(ended.comparison!.differenceLow.amount)).toBeGreaterThan(0);
  });

  it('starts a retraining whose version is refused where the old one does as well', async () => {
    const before = fixture.neighbours.registered.length;
    const incumbent = `mv_of_${fixture.neighbours.registered.at(-1)!.runId}`;
    const ended = await raise(dayStart(69), incumbent);
    expect(ended.state).toBe('refused');
    expect(ended.reason).toContain('not better');
    expect(fixture.neighbours.registered).toHaveLength(before);
  });
});
