import { EvidenceServiceService } from '#contracts/evidence/v1/evidence';
import { RunState, TrainingServiceService } from '#contracts/training/v1/training';
import { grpcPeer } from '#libs/grpc';
import { LOCAL_WORKSPACE } from '#libs/identity';
import { DuckDbSqlEngine, numbersOf } from '#libs/sql';
import { Graph } from './fixture/graph.fixture.js';
import { RunningTraining } from './fixture/running-training.fixture.js';
import { days, RULE_ID } from './fixture/training.fixture.js';

const METRICS = `subscription ($id: ID!) { runMetrics(runId: $id) { name step value } }`;

let training: RunningTraining;
beforeAll(async () => {
  training = await RunningTraining.start();
});
afterAll(() => training?.[Symbol.asyncDispose]());

describe('a training pipeline', () => {
  it('makes a version that beats never, always and the rule, and tells its course and its losses live', async () => {
    training.fixture.neighbours.outages = 6; // more than the wire tries again by itself
    const { id, run } = await training.begin();
    const metrics: { name: string; step: number; value: number }[] = [];
    const following = (async () => {
      for await (const { runMetrics } of training.graph.subscribe<{ runMetrics: (typeof metrics)[0] }>(METRICS, { id: run.id }))
        metrics.push(runMetrics);
    })();
    const changes = await training.toTheEnd(id);
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

    const registration = training.fixture.neighbours.registered.at(-1)!;
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
    const { parityRows } = training.fixture.neighbours.registered.at(-1)!;
    const engine = await DuckDbSqlEngine.open({
      objects: training.fixture.objects,
      workFolder: training.fixture.env()['WORK_FOLDER']!,
    });
    const tables = { parity: { workspace: LOCAL_WORKSPACE, objects: [parityRows!.hash] } };
    const rows = await engine.columns({ sql: 'select * from parity', tables });
    await engine.close();
    expect(rows.columns.map(({ name }) => name)).toEqual(['gust', 'late_share', 'hour', 'carrier', 'probability']);
    expect(rows.rowCount).toBeGreaterThan(1_000);
    expect(numbersOf(rows, 'gust').nullCount).toBeGreaterThan(50);
  });

  it('does not train again what it has trained already', async () => {
    const first = training.fixture.neighbours.registered.at(-1)!;
    const { id, run } = await training.begin();
    const steps = (await training.toTheEnd(id)).map(({ step }) => step);
    expect(steps).not.toHaveLength(0);
    const again = training.fixture.neighbours.registered.at(-1)!;
    expect(again.artifact).toEqual(first.artifact);
    expect(again.runId).not.toBe(first.runId);
    const { run: found } = await training.graph.ask<{
      run: { metricHistory: { step: number }[]; artifacts: { name: string }[] };
    }>(`query ($id: ID!) { run(id: $id) { metricHistory(name: "training_log_loss") { step } artifacts { name hash } } }`, {
      id: run.id,
    });
    expect(found.metricHistory).toHaveLength(40);
    expect(found.artifacts.map(({ name }) => name)).toEqual([
      'forecasts.parquet',
      'model.json',
      'model.onnx',
      'parity-rows.parquet',
    ]);
  });

  it('learns nothing from permuted labels', async () => {
    const { id } = await training.begin({ permuteLabels: true });
    await training.toTheEnd(id);
    const { auc, baselines } = training.fixture.neighbours.registered.at(-1)!.evaluation!;
    expect(Math.abs(auc - 0.5)).toBeLessThan(0.06);
    expect(baselines.some(({ difference }) => difference!.low!.minorUnits <= 0n)).toBe(true);
  });

  it('counts a start once per idempotency key', async () => {
    const [one, other] = [await training.begin({ idempotencyKey: 'k1' }), await training.begin({ idempotencyKey: 'k1' })];
    expect(other.id).toBe(one.id);
    await training.toTheEnd(one.id);
  });

  it('fails with the reason of a refusal, and registers nothing', async () => {
    const before = training.fixture.neighbours.registered.length;
    const { id } = await training.begin({ baselineVersionIds: ['mv_unknown'] });
    expect((await training.toTheEnd(id)).at(-1)).toMatchObject({
      state: 'failed',
      reason: 'registry/model-version: no model version mv_unknown',
    });
    expect(training.fixture.neighbours.registered).toHaveLength(before);
  });

  it('stops at once when it is cancelled', async () => {
    let open: () => void = () => undefined;
    training.fixture.neighbours.gate = new Promise((resolve) => (open = resolve));
    const { id } = await training.begin({ train: days(1, 25) });
    await training.graph.ask(`mutation ($id: ID!) { cancelPipelineRun(id: $id) { id } }`, { id });
    expect((await training.toTheEnd(id)).at(-1)!.state).toBe('cancelled');
    open();
    training.fixture.neighbours.gate = undefined;
  });

  it.each([
    ['periods that overlap', { calibrate: days(20, 35) }, 'training/periods'],
    ['an unknown pipeline', { pipelineId: 'pl_0' }, 'training/pipeline'],
  ])('refuses %s before anything is begun', async (_, changes, slug) => {
    await expect(training.begin(changes)).rejects.toThrow(slug);
  });

  it('is not started by somebody who may only read', async () => {
    const reader = new Graph(`http://127.0.0.1:${training.service.httpPort}`, await training.fixture.bearer('business-owner'));
    await expect(training.begin({}, reader)).rejects.toThrow('identity/not-permitted');
    await reader.close();
  });
});

describe('other services', () => {
  const authorization = async (service: 'registry' | 'governance') => {
    const token = await training.fixture.issuer.issuer.tokenForService(service, LOCAL_WORKSPACE);
    return `Bearer ${token}`;
  };
  const call = { workspace: LOCAL_WORKSPACE, deadlineMs: 5_000 };
  const address = () => `127.0.0.1:${training.service.grpcPort}`;

  it('ask for a run and get its metrics and files', async () => {
    const { runId } = training.fixture.neighbours.registered[0]!;
    const peer = grpcPeer(TrainingServiceService, {
      address: address(),
      name: 'training',
      authorization: () => authorization('registry'),
    });
    const { run } = await peer.getRun({ runId }, call);
    expect(run).toMatchObject({ id: runId, state: RunState.RUN_STATE_FINISHED, trainingSetIds: ['ts_1'] });
    expect(run!.metrics['test_auc']).toBeGreaterThan(0.65);
    expect(Object.keys(run!.artifacts)).toContain('model.onnx');
    await expect(peer.getRun({ runId: 'run_0' }, call)).rejects.toThrow('no run run_0');
    peer.close();
  });

  it('ask for evidence: every finished run can be repeated', async () => {
    const peer = grpcPeer(EvidenceServiceService, {
      address: address(),
      name: 'training',
      authorization: () => authorization('governance'),
    });
    const { measures } = await peer.measureEvidence({ questions: ['M1'], asOf: undefined }, call);
    expect(measures).toHaveLength(1);
    expect(measures[0]!.observed).toBeGreaterThan(1);
    expect(measures[0]!.met).toBe(measures[0]!.observed);
    peer.close();
  });
});
