import { randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';
import type { DatasetVersion } from '#contracts/data/v1/data';
import { createDataSource, unprotectedTables, withPlatformScope, withWorkspace } from '#libs/database';
import { PostgresEventLog } from '#libs/events';
import { newId } from '#libs/ids';
import { catalogue, datasetVersions } from '#libs/topics';
import { featuresEntities } from '../features.module.js';
import { FeaturesFixture } from '../fixture/features.fixture.js';
import { LeaseRepository } from './lease.repository.js';
import { cancel, fail, finish, newMaterialization, type Materialization } from './materialization.js';
import { materializationMapping } from './materialization.mapping.js';

const asked = { id: 'mat_1', workspace: 'main', featureViewId: 'fv_1', datasetVersionId: 'dsv_1', requestedBy: 'person:ana' };
const result = { entries: 3, skippedRows: 1, fractionBits: { delay: 0 } };

describe('a materialization', () => {
  const running = newMaterialization(asked, new Date(0));

  it('ends once, in one way', () => {
    const ends: ((job: Materialization) => Materialization)[] = [
      (job) => finish(job, result, new Date(1)),
      (job) => fail(job, 'data/version: gone', new Date(1)),
      (job) => cancel(job, new Date(1)),
    ];
    expect(ends.map((end) => end(running).state)).toEqual(['finished', 'failed', 'cancelled']);
    expect(finish(running, result, new Date(1))).toMatchObject({ ...result, progress: 1, endedAt: new Date(1) });
    for (const first of ends)
      for (const second of ends)
        expect(() => second(first(running))).toThrow(expect.objectContaining({ slug: 'features/job-ended' }));
  });
});

describe('materializations at work', () => {
  let fixture: FeaturesFixture;
  let db: DataSource;
  let leases: LeaseRepository;
  let source: DatasetVersion;

  beforeAll(async () => {
    fixture = await FeaturesFixture.start();
    db = await createDataSource({ service: 'features', url: fixture.runtimeUrl, entities: featuresEntities });
    leases = new LeaseRepository(db);
    source = await fixture.data.publish('landings', rowsOf(1));
  });
  afterAll(async () => {
    await db.destroy();
    await fixture[Symbol.asyncDispose]();
  });

  const rowsOf = (late: number): string =>
    `SELECT 'UA' AS carrier, TIMESTAMPTZ '2013-01-01' + to_minutes(range) AS landed_at, ${late} AS late FROM range(1000)`;

  async function newView(name: string): Promise<string> {
    const entity = { name: `${name}_carrier`, description: '', keys: ['carrier'] };
    const view = {
      name,
      sourceDatasetId: source.datasetId,
      keyColumns: ['carrier'],
      knownTimeColumn: 'landed_at',
      features: [{ name: 'late', column: 'late', aggregate: 'mean', windowHours: 1, description: '' }],
    };
    const made = await graph('mutation($input: CreateEntityInput!) { createEntity(input: $input) { id } }', { input: entity });
    const input = { ...view, entityId: made['createEntity']!['id'] };
    const answer = await graph('mutation($input: WindowViewInput!) { createWindowView(input: $input) { id } }', { input });
    return answer['createWindowView']!['id'] as string;
  }
  async function graph(query: string, variables: object): Promise<Readonly<Record<string, Readonly<Record<string, unknown>>>>> {
    const { data, errors } = await fixture.graph('data-scientist', query, variables);
    if (errors) throw new Error(JSON.stringify(errors));
    return data as never;
  }
  async function until(condition: () => Promise<boolean>): Promise<void> {
    while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const jobsOf = (featureViewId: string): Promise<readonly Materialization[]> =>
    withWorkspace(db, 'main', (tx) =>
      tx.find(materializationMapping, { where: { featureViewId }, order: { requestedAt: 'ASC' } }),
    );
  const materialize = async (id: string): Promise<string> =>
    (await graph('mutation($id: ID!) { materialize(featureViewId: $id) { id } }', { id }))['materialize']!['id'] as string;
  /** A job that this test, not the running service, may find: the service is stopped meanwhile. */
  async function jobFor(featureViewId: string, datasetVersionId = source.id): Promise<Materialization> {
    const job = newMaterialization({ ...asked, id: newId('materialization'), featureViewId, datasetVersionId }, new Date());
    await withWorkspace(db, 'main', (tx) => tx.insert(materializationMapping, { ...job }));
    return job;
  }
  const expireLeases = (): Promise<unknown> =>
    withPlatformScope(db, (tx) => tx.query(`update materialization_lease set until = now() - interval '1 second'`));

  it('keeps its tables closed by row-level security', async () => {
    expect(await unprotectedTables(db)).toEqual([]);
  });

  it('are taken by one process at a time, in the order asked for each view, and by another when the first is silent', async () => {
    const [one, other] = [await newView('leased'), await newView('leased_too')];
    await fixture.running.stop();
    const first = await jobFor(one);
    await jobFor(one, 'dsv_later');
    const second = await jobFor(other);
    const [me, you] = [randomUUID(), randomUUID()];
    expect((await leases.claim(me))?.id).toBe(first.id);
    expect((await leases.claim(you))?.id).toBe(second.id);
    expect(await leases.claim(you)).toBeUndefined();

    expect(await leases.renew({ workspace: 'main', id: first.id }, me, 0.5, 10)).toBe(true);
    expect(await leases.renew({ workspace: 'main', id: first.id }, you, 0.5, 10)).toBe(false);
    await expireLeases();
    const taken = new Set([(await leases.claim(you))?.id, (await leases.claim(you))?.id]);
    expect(taken).toEqual(new Set([first.id, second.id]));
    expect(await leases.renew({ workspace: 'main', id: first.id }, me, 0.6, 20)).toBe(false);

    await leases.release({ workspace: 'main', id: second.id }, you);
    expect((await leases.claim(me))?.id).toBe(second.id);
    await expireLeases();
    await fixture.restart();
    await until(async () => (await jobsOf(one)).every(({ state }) => state !== 'running'));
    expect((await jobsOf(one)).map(({ state, detail }) => [state, detail?.split(':')[0]])).toEqual([
      ['finished', undefined],
      ['failed', 'data/version'], // nobody knows dsv_later: no retry would help
    ]);
  });

  it('are given up when no process brings them to an end', async () => {
    const view = await newView('abandoned');
    await fixture.running.stop();
    const job = await jobFor(view);
    for (let attempt = 1; attempt <= 5; attempt++) {
      expect(await leases.claim(randomUUID())).toEqual({ id: job.id, workspace: 'main', attempts: attempt });
      await expireLeases();
    }
    await fixture.restart();
    await until(async () => (await jobsOf(view))[0]!.state !== 'running');
    expect((await jobsOf(view))[0]).toMatchObject({
      state: 'failed',
      detail: expect.stringContaining('features/job-abandoned') as string,
    });
  });

  it('stop where a person cancels them, and what was served before stays', async () => {
    const view = await newView('cancelled');
    await materialize(view);
    await until(async () => (await jobsOf(view))[0]!.state === 'finished');
    await fixture.running.stop();
    const job = await jobFor(view);
    const me = randomUUID();
    await leases.claim(me);
    await fixture.restart();
    const cancelled = await graph('mutation($id: ID!) { cancelMaterialization(id: $id) { state } }', { id: job.id });
    expect(cancelled['cancelMaterialization']).toEqual({ state: 'cancelled' });
    expect(await leases.renew({ workspace: 'main', id: job.id }, me, 0.5, 10)).toBe(false);
    const again = await fixture.graph('data-scientist', 'mutation($id: ID!) { cancelMaterialization(id: $id) { state } }', {
      id: job.id,
    });
    expect(again.errors![0]!.extensions.problem).toBe('features/job-ended');
  });

  it('follow their source: a published version is brought online where the view already was', async () => {
    const [followed, neverOnline] = [await newView('followed'), await newView('never_online')];
    await materialize(followed);
    await until(async () => (await jobsOf(followed))[0]!.state === 'finished');
    const next = await fixture.data.publish('landings', rowsOf(0));
    const log = await PostgresEventLog.open({ url: fixture.eventsUrl, catalogue, name: 'data', report: () => undefined });
    const value = {
      datasetVersionId: next.id,
      datasetId: next.datasetId,
      datasetName: 'landings',
      number: 2,
      rowCount: 1_000n,
      flaggedRowCount: 0n,
      quarantinedRowCount: 0n,
    };
    const event = datasetVersions.record('data.v1.DatasetVersionPublished', {
      key: next.datasetId,
      workspace: 'main',
      time: new Date(),
      value,
    });
    await log.publish([event]);
    await until(async () =>
      (await jobsOf(followed)).some(({ datasetVersionId, state }) => datasetVersionId === next.id && state === 'finished'),
    );
    await log.publish([event]); // again, as at-least-once delivery may
    await until(async () => (await jobsOf(followed)).every(({ state }) => state === 'finished'));
    expect(await jobsOf(followed)).toHaveLength(2);
    expect(await jobsOf(neverOnline)).toEqual([]);
    await log.close();
  });
});
