import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import pg from 'pg';
import { tablesWithoutWorkspace, unprotectedTables, createDataSource } from '#libs/database';
import { PIPELINE, PLAN, type Started } from './fixture/running-training.fixture.js';
import { TrainingFixture } from './fixture/training.fixture.js';
import { Graph } from './fixture/graph.fixture.js';
import { trainingEntities } from './training.module.js';
import { WORKFLOW_ENGINE_TABLES } from './workflow/engine-tables.js';

const MAIN = new URL('../../../dist/services/training/src/main.js', import.meta.url).pathname;
const START = `mutation ($input: StartPipelineInput!) { startPipeline(input: $input) { id run { id } } }`;
const STATE = `query ($id: ID!) { pipelineRun(id: $id) { state reason step steps { name state startedAt } run { artifacts { name hash } } } }`;

interface State {
  readonly pipelineRun: {
    readonly state: string;
    readonly reason: string | null;
    readonly steps: readonly { readonly name: string; readonly state: string; readonly startedAt: string | null }[];
    readonly run: { readonly artifacts: readonly { readonly name: string; readonly hash: string }[] };
  };
}

let fixture: TrainingFixture;
const children: ChildProcess[] = [];

/** A training service in a process of its own, as `--split` runs it. */
async function startProcess(): Promise<{ readonly child: ChildProcess; readonly graph: Graph }> {
  const child = fork(MAIN, [], {
    env: { ...fixture.env(), PATH: process.env['PATH']! },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  children.push(child);
  const [{ httpPort }] = (await once(child, 'message')) as [{ readonly httpPort: number }];
  return { child, graph: new Graph(`http://127.0.0.1:${httpPort}`, await fixture.bearer('ml-engineer')) };
}

async function count(sql: string, values: readonly unknown[] = []): Promise<number> {
  const client = new pg.Client({ connectionString: fixture.database.adminUrl });
  await client.connect();
  const { rows } = await client.query<{ count: string }>(sql, [...values]);
  await client.end();
  return Number(rows[0]!.count);
}

const metricCount = (runId: string) => count(`select count(*) from training.run_metric where run_id = $1`, [runId]);
const leases = () =>
  count(
    `select count(*) from pg_locks join pg_stat_activity using (pid) where locktype = 'advisory' and application_name like 'millrace lease%'`,
  );

async function until(fact: () => Promise<boolean>): Promise<void> {
  while (!(await fact())) await new Promise((resolve) => setTimeout(resolve, 50));
}

const modelHash = ({ pipelineRun }: State): string => pipelineRun.run.artifacts.find(({ name }) => name === 'model.json')!.hash;

beforeAll(async () => {
  fixture = await TrainingFixture.start();
});
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await fixture?.[Symbol.asyncDispose]();
});

it('a pipeline run whose process is killed in the middle of training is finished by the other replica, with the same model', async () => {
  const first = await startProcess();
  const trainer = { trees: 600, leaves: 16, minRowsPerLeaf: 20 };
  await until(async () => (await leases()) === 1);
  const second = await startProcess(); // serves, and waits for the lease
  const { createPipeline } = await second.graph.ask<{ createPipeline: { id: string } }>(
    `mutation ($input: CreatePipelineInput!) { createPipeline(input: $input) { id } }`,
    { input: { ...PIPELINE, trainer } },
  );
  const input = { pipelineId: createPipeline.id, ...PLAN };
  const { startPipeline } = await second.graph.ask<{ startPipeline: Started }>(START, { input });
  await until(async () => (await metricCount(startPipeline.run.id)) > 20);
  first.child.kill('SIGKILL');
  await once(first.child, 'exit');
  await first.graph.close();
  expect(await metricCount(startPipeline.run.id)).toBeLessThan(2 * trainer.trees); // it was in the middle

  const ask = () => second.graph.ask<State>(STATE, { id: startPipeline.id });
  await until(async () => (await ask()).pipelineRun.state !== 'running');
  const ended = await ask();
  expect(ended.pipelineRun).toMatchObject({ state: 'registered', reason: null });
  expect(fixture.neighbours.registered).toHaveLength(1);
  expect(fixture.neighbours.builds).toBe(1); // the step before the kill was not done again
  expect(await metricCount(startPipeline.run.id)).toBeGreaterThan(2 * trainer.trees);

  // Trained again from nothing, in one piece: the model is the same.
  await fixture.forgetStepResults();
  const again = await second.graph.ask<{ startPipeline: { id: string } }>(START, { input });
  const askAgain = () => second.graph.ask<State>(STATE, { id: again.startPipeline.id });
  await until(async () => (await askAgain()).pipelineRun.state !== 'running');
  expect(modelHash(await askAgain())).toBe(modelHash(ended));

  second.child.kill('SIGTERM');
  expect((await once(second.child, 'exit'))[0]).toBe(0);
  await second.graph.close();
}, 120_000);

it('every table of training is closed by workspace, those of the workflow engine aside', async () => {
  const db = await createDataSource({ service: 'training', url: fixture.database.urlOf('training'), entities: trainingEntities });
  expect(await unprotectedTables(db)).toEqual([]);
  expect(await tablesWithoutWorkspace(db, ['migration', ...WORKFLOW_ENGINE_TABLES])).toEqual([]);
  await db.destroy();
});
