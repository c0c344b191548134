import { DataFixture } from '../fixture/data.fixture.js';

interface Made {
  readonly id: string;
  readonly number: number;
  readonly hash: string;
  readonly acceptedRows: number;
  readonly quarantinedRows: number;
  readonly inputs: readonly { readonly id: string; readonly derived: readonly { readonly id: string }[] }[];
  readonly transform: { readonly name: string; readonly revision: number; readonly sql: string };
}

const MADE = `id number hash acceptedRows quarantinedRows inputs { id derived { id } } transform { name revision sql }`;
const DEFINE = `mutation ($input: DefineTransformInput!) { defineTransform(input: $input) { id revision output { name } inputs { name } } }`;

describe('a transform', () => {
  let data: DataFixture;
  let flights: string;
  let airports: string;
  let firstInput: string;
  beforeAll(async () => {
    data = await DataFixture.start();
    flights = await data.createDataset('flights');
    airports = await data.createDataset('airports');
    firstInput = (await data.collect(flights, 'f,dest,delay\n1,A,5\n2,B,\n3,A,20\n')).datasetVersion!.id;
    await data.collect(airports, 'faa,zone\nA,UTC\n');
  });
  afterAll(() => data.stop());

  const define = (outputDatasetId: string, sql: string, more: object = {}) =>
    data.ask<{ defineTransform: { id: string; revision: number } }>(DEFINE, {
      input: { name: 'late', sql, inputDatasetIds: [flights, airports], outputDatasetId, orderBy: ['f'], ...more },
    });
  async function run(id: string, key?: string) {
    const { runTransform } = await data.ask<{ runTransform: { id: string } }>(
      `mutation ($id: ID!, $key: String) { runTransform(id: $id, idempotencyKey: $key) { id } }`,
      { id, key },
    );
    return data.ended(runTransform.id);
  }
  async function versionOf(id: string): Promise<Made> {
    return (await data.ask<{ datasetVersion: Made }>(`query ($id: ID!) { datasetVersion(id: $id) { ${MADE} } }`, { id }))
      .datasetVersion;
  }

  it('makes a version under the contract of its output, with the line to what it was made from', async () => {
    const output = await data.createDataset('late');
    await data.defineContract(output, [{ name: 'known', kind: 'not_null', columns: ['late'], action: 'quarantine' }]);
    const sql = `SELECT f, zone, delay > 15 AS late FROM flights LEFT JOIN airports ON dest = faa`;
    const { defineTransform } = await define(output, sql);
    expect(defineTransform).toMatchObject({
      revision: 1,
      output: { name: 'late' },
      inputs: [{ name: 'flights' }, { name: 'airports' }],
    });
    const job = await run(defineTransform.id);
    expect(job).toMatchObject({ state: 'finished' });
    const version = await versionOf(job.datasetVersion!.id);
    expect(version).toMatchObject({
      number: 1,
      acceptedRows: 2,
      quarantinedRows: 1,
      transform: { name: 'late', revision: 1, sql },
    });
    expect(version.inputs[0]).toEqual({ id: firstInput, derived: [{ id: version.id }] });
    const again = await versionOf((await run(defineTransform.id)).datasetVersion!.id);
    expect(again).toMatchObject({ number: 2, hash: version.hash });
    const keyed = await Promise.all([run(defineTransform.id, 'k'), run(defineTransform.id, 'k')]);
    expect(keyed[0].id).toBe(keyed[1].id);
  });

  it('gets a new revision when its statement changes, and none when it does not', async () => {
    const output = await data.createDataset('revised');
    const first = await define(output, `SELECT f FROM flights, airports`, { name: 'revised' });
    const same = await define(output, `SELECT f FROM flights, airports`, { name: 'revised' });
    const next = await define(output, `SELECT f, delay FROM flights, airports`, { name: 'revised' });
    expect(same.defineTransform).toEqual(first.defineTransform);
    expect(next.defineTransform.revision).toBe(2);
    const version = await versionOf((await run(first.defineTransform.id)).datasetVersion!.id);
    expect(version.transform.revision).toBe(2);
  });

  it.each([
    [`COPY flights TO '/tmp/x.csv'`, 'FORBIDDEN', 'sql/not-one-select'],
    [`SELECT f FROM read_csv('/etc/passwd') x(f)`, 'FORBIDDEN', 'sql/not-allowed'],
    [`SELECT f FROM '/etc/passwd' x(f)`, 'INVALID', 'sql/unknown-table'],
    [`SELECT f, now() AS t FROM flights`, 'FORBIDDEN', 'sql/not-allowed'],
    [`SELECT nope AS f FROM flights`, 'INVALID', 'sql/invalid'],
    [`SELECT dest FROM flights`, 'INVALID', 'sql/no-such-column'],
  ])('is refused where it is defined, not when it runs: %s', async (sql, code, problem) => {
    const { dataset } = await data.ask<{ dataset: { id: string } }>(`{ dataset(name: "airports") { id } }`);
    const output = await data.createDataset(`refused_${problem.replace(/\W/g, '_')}_${sql.length}`);
    expect(dataset.id).toBe(airports);
    await expect(define(output, sql, { name: 'refused' })).rejects.toMatchObject({ code, problem });
    expect(await data.ask(`{ transform(name: "refused") { id } }`)).toEqual({ transform: null });
  });

  it('cannot read what it makes, or a dataset without rows', async () => {
    const output = await data.createDataset('circular');
    await expect(define(output, 'SELECT f FROM flights', { inputDatasetIds: [output] })).rejects.toMatchObject({
      problem: 'data/transform-definition',
    });
    const empty = await data.createDataset('no_rows');
    await expect(define(output, 'SELECT f FROM no_rows', { inputDatasetIds: [empty] })).rejects.toMatchObject({
      problem: 'data/no-version',
    });
  });
});
