import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import pg from 'pg';
import { tablesWithoutWorkspace, unprotectedTables, createDataSource } from '#libs/database';
import { days, dayStart, RULE_ID, TrainingFixture } from './fixture/training.fixture.js';
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

async function metricCount(runId: string): Promise<number> {
  const client = new pg.Client({ connectionString: fixture.database.adminUrl });
  await client.connect();
  const { rows } = await client.query<{ count: string }>(`select count(*) from training.run_metric where run_id = $1`, [runId]);
  await client.end();
  return Number(rows[0]!.count);
}

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

it('a pipeline run whose process is killed in the middle of training is finished by the next process, with the same model', async () => {
  const first = await startProcess();
  const trainer = { trees: 400, leaves: 16, minRowsPerLeaf: 20 };
  const { createPipeline } = await first.graph.ask<{ createPipeline: { id: string } }>(
    `mutation ($input: CreatePipelineInput!) { createPipeline(input: $input) { id } }`,
    {
      input: {
        name: 'flights',
        modelId: 'mod_1',
        featureService: 'flights',
        dataset: 'flights',
        momentColumn: 'moment',
        labelColumn: 'label',
        labelKnownColumn: 'label_known_at',
        trainer,
      },
    },
  );
  const plan = {
    train: days(0, 25),
    calibrate: days(25, 35),
    test: days(35, 45),
    knownUntil: dayStart(45),
    baselineVersionIds: [RULE_ID],
  };
  const { startPipeline } = await first.graph.ask<{ startPipeline: { id: string; run: { id: string } } }>(START, {
    input: { pipelineId: createPipeline.id, ...plan },
  });
  await until(async () => (await metricCount(startPipeline.run.id)) > 20);
  first.child.kill('SIGKILL');
  await once(first.child, 'exit');
  await first.graph.close();
  const before = await metricCount(startPipeline.run.id);
  expect(before).toBeLessThan(2 * trainer.trees); // it was in the middle

  const second = await startProcess();
  const ask = () => second.graph.ask<State>(STATE, { id: startPipeline.id });
  await until(async () => (await ask()).pipelineRun.state !== 'running');
  const ended = await ask();
  expect(ended.pipelineRun).toMatchObject({ state: 'registered', reason: null });
  expect(fixture.neighbours.registered).toHaveLength(1);
  expect(fixture.neighbours.builds).toBe(1); // the step before the kill was not done again
  expect(await metricCount(startPipeline.run.id)).toBeGreaterThan(2 * trainer.trees);

  // Trained again from nothing, in one piece: the model is the same.
  await fixture.forgetStepResults();
  const again = await second.graph.ask<{ startPipeline: { id: string } }>(START, {
    input: { pipelineId: createPipeline.id, ...plan },
  });
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
