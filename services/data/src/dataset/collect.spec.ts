import { DatasetVersionPublished, JobEnded } from '#contracts/data/v1/events';
import { AuditRecorded } from '#contracts/platform/v1/audit';
import { FolderObjectStore } from '#libs/objects';
import { DuckDbSqlEngine, rowsOf } from '#libs/sql';
import { join } from 'node:path';
import { maskedSample } from '../contract/validation.js';
import { DataFixture } from '../fixture/data.fixture.js';

interface Version {
  readonly id: string;
  readonly number: number;
  readonly hash: string;
  readonly flagsHash: string | null;
  readonly quarantineHash: string | null;
  readonly columns: readonly {
    readonly name: string;
    readonly type: string;
    readonly nullable: boolean;
    readonly classification: string;
  }[];
  readonly collectedRows: number;
  readonly acceptedRows: number;
  readonly flaggedRows: number;
  readonly quarantinedRows: number;
  readonly validation: null | {
    readonly contract: { readonly revision: number };
    readonly results: readonly {
      readonly rule: string;
      readonly action: string;
      readonly brokenRows: number;
      readonly samples: readonly string[];
    }[];
  };
}

const VERSION = `id number hash flagsHash quarantineHash columns { name type nullable classification } collectedRows acceptedRows
  flaggedRows quarantinedRows validation { contract { revision } results { rule action brokenRows samples } }`;

describe('collecting a file', () => {
  let data: DataFixture;
  beforeAll(async () => {
    data = await DataFixture.start();
  });
  afterAll(() => data.stop());

  async function latest(name: string): Promise<Version> {
    const answer = await data.ask<{ dataset: { latest: Version } }>(
      `query ($name: String!) { dataset(name: $name) { latest { ${VERSION} } } }`,
      { name },
    );
    return answer.dataset.latest;
  }

  async function rowsAt(hash: string): Promise<unknown[]> {
    const objects = await FolderObjectStore.open(join(data.folder, 'objects'));
    const engine = await DuckDbSqlEngine.open({ objects, workFolder: join(data.folder, 'look') });
    try {
      return rowsOf(await engine.columns({ sql: 'FROM t', tables: { t: { workspace: 'main', objects: [hash] } } }));
    } finally {
      await engine.close();
    }
  }

  it('publishes what it says as the first version, with types that lose nothing', async () => {
    const id = await data.createDataset('plain', [{ column: 'name', classification: 'confidential' }]);
    expect(await data.collect(id, 'n,name,day\n1,ann,2013-01-01\n2,,2013-01-02\n')).toMatchObject({
      state: 'finished',
      progress: 1,
    });
    expect(await latest('plain')).toMatchObject({
      number: 1,
      collectedRows: 2,
      acceptedRows: 2,
      flaggedRows: 0,
      quarantinedRows: 0,
      flagsHash: null,
      quarantineHash: null,
      validation: null,
      columns: [
        { name: 'n', type: 'number', nullable: false, classification: 'internal' },
        { name: 'name', type: 'text', nullable: true, classification: 'confidential' },
        { name: 'day', type: 'date', nullable: false, classification: 'internal' },
      ],
    });
  });

  it('flags and sets aside by rule, counts each, loses no row, and shows samples without confidential values', async () => {
    const known = await data.createDataset('known');
    await data.collect(known, 'code\nA\nB\n');
    const id = await data.createDataset('checked', [{ column: 'who', classification: 'confidential' }]);
    await data.defineContract(id, [
      { name: 'key_once', kind: 'unique', columns: ['k'], action: 'quarantine' },
      { name: 'code_known', kind: 'reference', columns: ['code'], references: 'known.code', action: 'flag' },
      { name: 'who_given', kind: 'not_null', columns: ['who'], action: 'flag' },
      { name: 'possible', kind: 'expression', expression: 'v between 0 and 10', action: 'quarantine' },
    ]);
    const csv = 'k,code,who,v\n1,A,ann,1\n2,Z,bob,2\n2,A,eve,3\n3,,,4\n4,B,ivy,99\n5,B,,\n6,Q,,6\n';
    expect(await data.collect(id, csv)).toMatchObject({ state: 'finished' });
    const version = await latest('checked');
    expect(version).toMatchObject({ collectedRows: 7, acceptedRows: 4, flaggedRows: 3, quarantinedRows: 3 });
    expect(version.validation!.results.map(({ rule, action, brokenRows }) => [rule, action, brokenRows])).toEqual([
      ['key_once', 'quarantine', 1],
      ['code_known', 'flag', 2],
      ['who_given', 'flag', 3],
      ['possible', 'quarantine', 2],
    ]);
    expect(version.validation!.results[0]!.samples).toEqual(['{"k":2,"code":"A","who":"•••","v":3}']);
    expect(await rowsAt(version.hash)).toEqual([
      { k: 1, code: 'A', who: 'ann', v: 1 },
      { k: 2, code: 'Z', who: 'bob', v: 2 },
      { k: 3, code: null, who: null, v: 4 },
      { k: 6, code: 'Q', who: null, v: 6 },
    ]);
    expect(await rowsAt(version.quarantineHash!)).toEqual([
      { k: 2, code: 'A', who: 'eve', v: 3, _reasons: '["key_once"]' },
      { k: 4, code: 'B', who: 'ivy', v: 99, _reasons: '["possible"]' },
      { k: 5, code: 'B', who: null, v: null, _reasons: '["who_given","possible"]' },
    ]);
    expect(await rowsAt(version.flagsHash!)).toEqual([
      { row: 1, flags: '["code_known"]' },
      { row: 2, flags: '["who_given"]' },
      { row: 3, flags: '["code_known","who_given"]' },
    ]);
  });

  it('tells the world of the version and of the end of the job, once', async () => {
    const id = await data.createDataset('told');
    const job = await data.collect(id, 'a\n1\n');
    const published = await data.published('data.v1.DatasetVersionPublished', id);
    expect(published.map((payload) => DatasetVersionPublished.decode(payload))).toMatchObject([
      { datasetId: id, datasetName: 'told', number: 1, rowCount: 1n },
    ]);
    const ended = await data.published('data.v1.JobEnded', job.id);
    expect(ended.map((payload) => JobEnded.decode(payload))).toMatchObject([
      { jobId: job.id, datasetVersionId: job.datasetVersion!.id, problem: '' },
    ]);
    const audits = await data.published('platform.v1.AuditRecorded', job.datasetVersion!.id);
    expect(audits.map((payload) => AuditRecorded.decode(payload))).toMatchObject([
      { action: 'publish-dataset-version', actorId: expect.stringContaining('data-engineer'), actedAs: 'data-engineer' },
    ]);
  });

  it('counts once for one idempotency key', async () => {
    const id = await data.createDataset('once');
    const again = { idempotencyKey: 'k-1' };
    const first = await data.collect(id, 'a\n1\n', again);
    const second = await data.collect(id, 'a\n1\n', again);
    expect(second.id).toBe(first.id);
    expect((await latest('once')).number).toBe(1);
    await expect(data.collect(id, 'a\n2\n', again)).rejects.toMatchObject({ problem: 'idempotency/other-request' });
  });

  it.each([
    ['a short row', 'a,b\n1,2\n3\n', {}, 'sql/ragged-row'],
    ['another format', 'a,b\n1,2\n', { format: 'parquet' }, 'sql/not-that-format'],
    ['a name twice', 'a,a\n1,2\n', {}, 'sql/header'],
    ['a reserved name', 'a,__row\n1,2\n', {}, 'data/column-name'],
  ])('fails the job and publishes nothing for %s', async (what, content, more, problem) => {
    const name = `bad_${what.replaceAll(' ', '_')}`;
    const id = await data.createDataset(name);
    expect(await data.collect(id, content, more)).toMatchObject({ state: 'failed', problem, datasetVersion: null });
    expect(await latest(name)).toBeNull();
  });

  it('lets a dataset gain columns and refuses to lose or change one', async () => {
    const id = await data.createDataset('growing');
    await data.collect(id, 'a,b\n1,x\n');
    expect(await data.collect(id, 'a,b,c\n2,y,1\n')).toMatchObject({ state: 'finished' });
    expect(await data.collect(id, 'a,c\n2,1\n')).toMatchObject({ state: 'failed', problem: 'sql/header' });
    expect(await data.collect(id, 'a,b,c\nx,y,1\n')).toMatchObject({ state: 'failed', problem: 'sql/value-type' });
    const parquetLike = JSON.stringify([{ a: 1, b: true, c: 1 }]);
    expect(await data.collect(id, parquetLike, { format: 'json' })).toMatchObject({
      state: 'failed',
      problem: 'data/schema-evolution',
    });
    expect(await data.collect(id, 'a,b,c\n,,\n')).toMatchObject({ state: 'finished' });
    expect((await latest('growing')).columns.map(({ type }) => type)).toEqual(['number', 'text', 'number']);
    expect((await latest('growing')).number).toBe(3);
  });

  it('is found in the list of datasets and in the list of its versions', async () => {
    const { datasets } = await data.ask<{
      datasets: { edges: { node: { name: string } }[]; pageInfo: { hasNextPage: boolean } };
    }>(`{ datasets(first: 2) { edges { node { name } } pageInfo { hasNextPage } } }`, {}, 'executive');
    expect(datasets.edges.length).toBe(2);
    expect(datasets.pageInfo.hasNextPage).toBe(true);
    const { dataset } = await data.ask<{ dataset: object }>(
      `{ dataset(name: "growing") { owner versions { edges { node { number inputs { id } transform { id } } } } } }`,
    );
    expect(dataset).toMatchObject({
      owner: expect.any(String),
      versions: { edges: [3, 2, 1].map((number) => ({ node: { number, inputs: [], transform: null } })) },
    });
  });

  it('is classified more closely afterwards, which holds for the versions there are', async () => {
    const id = await data.createDataset('later');
    await data.collect(id, 'a\n1\n');
    const classify = `mutation ($id: ID!) { classifyColumns(datasetId: $id, classifications: [{ column: "a", classification: confidential }]) { id } }`;
    await data.ask(classify, { id });
    expect((await latest('later')).columns[0]).toMatchObject({ name: 'a', classification: 'confidential' });
    expect(maskedSample('{"a":1,"b":null,"c":2}', ['a', 'b'])).toBe('{"a":"•••","b":null,"c":2}');
    const twice = [
      { column: 'a', classification: 'public' },
      { column: 'a', classification: 'internal' },
    ];
    await expect(data.createDataset('twice', twice)).rejects.toMatchObject({ problem: 'data/classification' });
    await expect(data.createDataset('No Name')).rejects.toMatchObject({ problem: 'data/dataset-name' });
    await expect(data.createDataset('later')).rejects.toMatchObject({ code: 'CONFLICT', problem: 'data/dataset-name-taken' });
  });

  it('keeps nested values as JSON text', async () => {
    const id = await data.createDataset('nested');
    expect(await data.collect(id, '[{"a":1,"b":{"c":[1,2]}}]', { format: 'json' })).toMatchObject({ state: 'finished' });
    const version = await latest('nested');
    expect(version.columns.map(({ type }) => type)).toEqual(['number', 'text']);
    expect(await rowsAt(version.hash)).toEqual([{ a: 1, b: '{"c":[1,2]}' }]);
  });

  it('fails when the contract names a column that the first file has not', async () => {
    const id = await data.createDataset('hollow');
    await data.defineContract(id, [{ name: 'there', kind: 'not_null', columns: ['absent'], action: 'flag' }]);
    expect(await data.collect(id, 'a\n1\n')).toMatchObject({ state: 'failed', problem: 'data/contract-column' });
    expect(await latest('hollow')).toBeNull();
  });

  it('is refused for bytes nobody uploaded, for an unknown dataset and to other roles', async () => {
    const datasetId = await data.createDataset('closed');
    const start = (input: object, role: 'data-engineer' | 'data-analyst' = 'data-engineer', workspace?: string) =>
      data.ask(
        `mutation ($input: CollectInput!) { collect(input: $input) { id } }`,
        { input: { format: 'csv', ...input } },
        role,
        workspace,
      );
    const uploadHash = 'a'.repeat(64);
    await expect(start({ datasetId, uploadHash })).rejects.toMatchObject({ code: 'NOT_FOUND', problem: 'data/upload' });
    const { hash } = (await (await data.upload('a\n1\n')).json()) as { hash: string };
    await expect(start({ datasetId: 'ds_none', uploadHash: hash })).rejects.toMatchObject({ problem: 'data/dataset' });
    await expect(start({ datasetId, uploadHash: hash }, 'data-analyst')).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(start({ datasetId, uploadHash: hash }, 'data-engineer', 'other')).rejects.toMatchObject({
      problem: 'data/dataset',
    });
  });
});
