import type { DataSource } from 'typeorm';
import { createDataSource, migrate, unprotectedTables, withWorkspace } from '#libs/database';
import { Outbox } from '#libs/events';
import { newId } from '#libs/ids';
import { AuditTrail } from '#libs/storage';
import { postgres, type TestDatabase } from '#libs/testkit';
import { catalogue } from '#libs/topics';
import { ModelRepository } from '../model/model.repository.js';
import { registryEntities, registryMigrations } from '../registry.module.js';
import type { VersionDraft } from './model-version.js';
import { ModelVersionRepository } from './model-version.repository.js';

let database: TestDatabase;
let db: DataSource;
let models: ModelRepository;
let versions: ModelVersionRepository;

beforeAll(async () => {
  database = await postgres();
  await migrate({ service: 'registry', ownerUrl: database.ownerUrlOf('registry'), migrations: registryMigrations });
  db = await createDataSource({ service: 'registry', url: database.urlOf('registry'), entities: registryEntities });
  const outbox = new Outbox('registry', catalogue);
  const audit = new AuditTrail('registry', outbox);
  models = new ModelRepository(db, audit);
  versions = new ModelVersionRepository(db, outbox, audit);
});
afterAll(async () => {
  await db.destroy();
  await database.drop();
});

const viewer = (workspace: string) => ({
  id: 'person:ana',
  name: 'Ana',
  roles: ['data-scientist' as const],
  workspace,
  token: '',
  expiresAt: new Date(),
});

async function model(workspace: string, name: string): Promise<string> {
  const created = { id: newId('model'), workspace, name, description: '', useCaseId: 'uc_1', createdAt: new Date() };
  return (await models.create(created, viewer(workspace), null)).id;
}

function draft(workspace: string, modelId: string, runId: string): VersionDraft {
  const object = { hash: 'a'.repeat(64), sizeBytes: 1, mediaType: 'application/onnx' };
  return {
    workspace,
    modelId,
    kind: 'trained',
    expression: null,
    artifact: object,
    inputs: [{ name: 'numeric', datatype: 'FP32', shape: [-1, 3] }],
    outputs: [{ name: 'probability', datatype: 'FP32', shape: [-1, 1] }],
    threshold: 0.294,
    featureServiceId: 'fs_1',
    runId,
    metricContractId: 'mc_1',
    parityRows: object,
    evaluation: null,
    trainingSetIds: ['ts_1'],
  };
}

describe('registering versions', () => {
  it('numbers those that arrive at once without a gap or a double', async () => {
    const modelId = await model('main', 'at-once');
    const made = await Promise.all(
      Array.from({ length: 12 }, (_, index) => versions.register(draft('main', modelId, `run_${index}`), viewer('main'))),
    );
    expect(made.map(({ number }) => number).sort((a, b) => a - b)).toEqual(Array.from({ length: 12 }, (_, index) => index + 1));
  });

  it('answers the same version to a run that asks again', async () => {
    const modelId = await model('main', 'again');
    const first = await versions.register(draft('main', modelId, 'run_again'), viewer('main'));
    const second = await versions.register(draft('main', modelId, 'run_again'), viewer('main'));
    expect(second.id).toBe(first.id);
  });

  it('leaves version, event and audit record in one transaction', async () => {
    const modelId = await model('main', 'together');
    const { id } = await versions.register(draft('main', modelId, 'run_together'), viewer('main'));
    const rows = (await withWorkspace(db, 'main', (tx) =>
      tx.query(`select topic from outbox where key = $1 order by position`, [id]),
    )) as readonly { topic: string }[];
    expect(rows.map(({ topic }) => topic)).toEqual(['registry.model-version.v1', 'registry.audit.v1']);
  });

  it('gives an evaluation back with its dates and exact amounts', async () => {
    const modelId = await model('main', 'evaluated');
    const amount = { minorUnits: 9_007_199_254_740_993n, currency: 'EUR' };
    const estimate = { value: amount, low: amount, high: amount, confidence: 0.95 };
    const from = new Date('2013-05-01T00:00:00Z');
    const scores = {
      rows: 1,
      auc: 0.7,
      logLoss: 0.4,
      brier: 0.1,
      expectedCalibrationError: 0.01,
      dayShockVariance: null,
      actedDayShockVariance: null,
      incumbentVersionId: null,
    };
    const evaluation = {
      from,
      to: from,
      ...scores,
      valuePerMonth: estimate,
      baselines: [{ baseline: 'never', valuePerMonth: estimate, difference: estimate }],
    };
    const { id } = await versions.register({ ...draft('main', modelId, 'run_evaluated'), evaluation }, viewer('main'));
    expect((await versions.find('main', id))?.evaluation).toEqual(evaluation);
  });

  it('shows nothing to another workspace, even without a where', async () => {
    const modelId = await model('main', 'private');
    const { id } = await versions.register(draft('main', modelId, 'run_private'), viewer('main'));
    expect(await versions.find('other', id)).toBeNull();
    const rows = (await withWorkspace(db, 'other', (tx) =>
      tx.query('select count(*)::int as n from model_version'),
    )) as readonly { n: number }[];
    expect(rows[0]!.n).toBe(0);
  });

  it('has every table of a workspace under row-level security', async () => {
    expect(await unprotectedTables(db)).toEqual([]);
  });
});

describe('resolving a reference', () => {
  it('finds by number, and by name only what was approved', async () => {
    const modelId = await model('main', 'named');
    const { id } = await versions.register(draft('main', modelId, 'run_named'), viewer('main'));
    expect((await versions.resolve('main', { name: 'named', number: 1 }))?.id).toBe(id);
    expect(await versions.resolve('main', { name: 'named' })).toBeNull();
  });
});
