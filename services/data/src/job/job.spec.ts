import { createClient } from 'graphql-ws';
import { DataSource } from 'typeorm';
import WebSocket from 'ws';
import type { DuckDbSqlEngine } from '#libs/sql';
import { DataFixture } from '../fixture/data.fixture.js';
import { ended, type Job } from './job.js';
import { JobFollower } from './job-follower.js';
import { SQL } from '../tokens.js';
import { JobRepository } from './job.repository.js';

/** Works for minutes on no data at all. */
const ENDLESS =
  'SELECT sum(a.range * b.range)::DOUBLE AS n FROM source, range(10000000) a, range(10000000) b WHERE (a.range * b.range) % 7 = 3';

describe('a job', () => {
  let data: DataFixture;
  let output: string;
  let endless: string;
  beforeAll(async () => {
    data = await DataFixture.start();
    const source = await data.createDataset('source');
    await data.collect(source, 'a\n1\n');
    output = await data.createDataset('output');
    const input = { name: 'endless', sql: ENDLESS, inputDatasetIds: [source], outputDatasetId: output, orderBy: ['n'] };
    const define = `mutation ($input: DefineTransformInput!) { defineTransform(input: $input) { id } }`;
    endless = (await data.ask<{ defineTransform: { id: string } }>(define, { input })).defineTransform.id;
  });
  afterAll(() => data.stop());

  async function begin(): Promise<string> {
    const run = `mutation ($id: ID!) { runTransform(id: $id) { id state step } }`;
    const { runTransform } = await data.ask<{ runTransform: { id: string } }>(run, { id: endless });
    return runTransform.id;
  }
  async function until(id: string, state: string): Promise<void> {
    for (;;) {
      const [job] = await data.rows<{ met: boolean }>(`select ${state} as met from job where id = $1`, [id]);
      if (job!.met) return;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
  const cancel = (id: string) => data.ask(`mutation ($id: ID!) { cancelDataJob(id: $id) { id state } }`, { id });

  it('stops when it is cancelled, publishes nothing and stays ended', async () => {
    const id = await begin();
    await until(id, `step = 'running the statement'`);
    await cancel(id);
    expect(await data.ended(id)).toMatchObject({ state: 'cancelled', datasetVersion: null });
    expect(await cancel(id)).toEqual({ cancelDataJob: { id, state: 'cancelled' } });
    expect(await data.rows(`select from dataset_version where dataset_id = $1`, [output])).toEqual([]);
  });

  it('whose replica died is taken by another one, and the dead one cannot settle it', async () => {
    const id = await begin();
    await until(id, `step = 'running the statement'`);
    // What a replica that hangs or is cut off looks like from the database: its lease has run out.
    await data.rows(`update job set lease_owner = 'a replica that is gone', lease_until = now() - interval '1 s' where id = $1`, [
      id,
    ]);
    const other = await data.replica();
    try {
      await until(id, `attempts = 2 and lease_owner <> 'a replica that is gone'`);
      const jobs = data.running.app.get(JobRepository);
      const job = (await jobs.find('main', id)) as Job;
      const settle = () => Promise.resolve({ state: 'finished', datasetVersionId: 'dsv_none' } as const);
      await expect(jobs.end(job, 'a replica that is gone', settle)).rejects.toMatchObject({ slug: 'data/lease-lost' });
      await cancel(id);
      expect(await data.ended(id)).toMatchObject({ state: 'cancelled' });
    } finally {
      await other.stop();
    }
  });

  it('is given back by a replica that stops, without counting as an attempt', async () => {
    const other = await data.replica();
    const busy = await begin(); // one of the two takes it, the other one the next
    const id = await begin();
    await until(id, `step = 'running the statement'`);
    const attempts = async () =>
      (await data.rows<{ n: number }>(`select attempts as n from job where id in ($1, $2)`, [busy, id])).map(({ n }) => n);
    expect(await attempts()).toEqual([1, 1]);
    await other.stop();
    const open = await data.rows<{ lease_owner: string | null; attempts: number }>(
      `select lease_owner, attempts from job where id in ($1, $2) order by attempts`,
      [busy, id],
    );
    expect(open[0]).toEqual({ lease_owner: null, attempts: 0 });
    await cancel(busy);
    await cancel(id);
    await data.ended(busy);
    await data.ended(id);
  });

  it('whose SQL process was killed is begun again', async () => {
    const id = await begin();
    await until(id, `step = 'running the statement'`);
    const engine = data.running.app.get<DuckDbSqlEngine>(SQL);
    for (const pid of engine.pids) process.kill(pid, 'SIGKILL');
    await until(id, `attempts = 2 and step = 'running the statement'`);
    await cancel(id);
    expect(await data.ended(id)).toMatchObject({ state: 'cancelled' });
  });

  it('that kills whoever does it is given up after three attempts', async () => {
    const id = await begin();
    await until(id, `step = 'running the statement'`);
    await data.rows(`update job set attempts = 3, lease_owner = 'gone', lease_until = now() - interval '1 s' where id = $1`, [
      id,
    ]);
    expect(await data.ended(id)).toMatchObject({ state: 'failed', problem: 'data/job-abandoned' });
  });

  it('tells each change to a subscriber, and ends the stream with the job', async () => {
    const authorization = await data.bearer();
    const client = createClient({
      url: `${data.url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: { authorization },
    });
    const id = await begin();
    const changes = client.iterate<{ dataJobChanged: { state: string; step: string } }>({
      query: `subscription ($id: ID!) { dataJobChanged(id: $id) { state step } }`,
      variables: { id },
    });
    const steps: string[] = [];
    for await (const { data: change } of changes) {
      const { state, step } = change!.dataJobChanged;
      steps.push(state);
      if (step === 'running the statement') await cancel(id);
    }
    expect(steps.at(-1)).toBe('cancelled');
    expect(new Set(steps.slice(0, -1))).toEqual(new Set(['running']));
    await client.dispose();
  });

  it('is seen by nobody in another workspace', async () => {
    const id = await begin();
    expect(await data.ask(`query ($id: ID!) { dataJob(id: $id) { id } }`, { id }, 'data-engineer', 'other')).toEqual({
      dataJob: null,
    });
    await expect(
      data.ask(`mutation ($id: ID!) { cancelDataJob(id: $id) { id } }`, { id }, 'data-engineer', 'other'),
    ).rejects.toMatchObject({ problem: 'data/job' });
    const everywhere = await data.running.app.get(DataSource).query(`select id from job`);
    expect(everywhere).toEqual([]);
    await cancel(id);
    await data.ended(id);
  });
});

describe('a follower of a job', () => {
  it('is free at once when its reader goes away while nothing happens', async () => {
    const job = { state: 'running', progress: 0, step: 'waiting' } as Job;
    const follower = new JobFollower(() => Promise.resolve(job));
    expect(await follower.next()).toEqual({ done: false, value: job });
    const waiting = follower.next();
    await follower.return();
    expect(await waiting).toEqual({ done: true, value: undefined });
  });
});

describe('the end of a job', () => {
  const now = new Date('2026-01-02T03:04:05Z');
  const job = { state: 'running', progress: 0.5, step: 'publishing', problem: null, datasetVersionId: null } as Job;

  it('keeps where it failed, and completes what finished', () => {
    expect(ended(job, { state: 'failed', problem: 'a/b', detail: 'why' }, now)).toMatchObject({
      progress: 0.5,
      step: 'publishing',
      problem: 'a/b',
      endedAt: now,
    });
    expect(ended(job, { state: 'finished', datasetVersionId: 'dsv_1' }, now)).toMatchObject({
      progress: 1,
      step: 'done',
      datasetVersionId: 'dsv_1',
    });
    expect(ended(job, { state: 'cancelled' }, now)).toMatchObject({ state: 'cancelled', datasetVersionId: null });
  });
});
