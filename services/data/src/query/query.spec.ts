import { DataFixture } from '../fixture/data.fixture.js';

interface Answer {
  readonly columns: readonly string[];
  readonly rows: readonly string[];
  readonly truncated: boolean;
}

describe("an analyst's question", () => {
  let data: DataFixture;
  let versionId: string;
  beforeAll(async () => {
    data = await DataFixture.start();
    const id = await data.createDataset('people', [{ column: 'name', classification: 'confidential' }]);
    versionId = (await data.collect(id, 'n,name\n1,ann\n2,bob\n3,\n')).datasetVersion!.id;
  });
  afterAll(() => data.stop());

  async function query(
    sql: string,
    role: 'data-analyst' | 'data-engineer' | 'executive' = 'data-analyst',
    more: object = {},
  ): Promise<Answer> {
    const variables = { sql, datasets: ['people'], limit: 100, ...more };
    const document = `query ($sql: String!, $datasets: [String!]!, $limit: Int) { queryData(sql: $sql, datasets: $datasets, limit: $limit) { columns rows truncated } }`;
    return (await data.ask<{ queryData: Answer }>(document, variables, role)).queryData;
  }

  it('is answered row by row, cut where it was told to', async () => {
    expect(await query('SELECT n, n * 0.5 AS half FROM people ORDER BY n', 'data-analyst', { limit: 2 })).toEqual({
      columns: ['n', 'half'],
      rows: ['[1,0.5]', '[2,1]'],
      truncated: true,
    });
    await expect(query('SELECT 1', 'data-analyst', { limit: 1001 })).rejects.toMatchObject({ problem: 'data/query-limit' });
    await expect(query('SELECT 1', 'data-analyst', { limit: 0 })).rejects.toMatchObject({ problem: 'data/query-limit' });
  });

  it('shows confidential values to the data engineer only, whatever is computed from them', async () => {
    expect((await query('SELECT name FROM people ORDER BY n', 'data-engineer')).rows).toEqual(['["ann"]', '["bob"]', '[null]']);
    expect((await query('SELECT name FROM people ORDER BY n')).rows).toEqual(['["•••"]', '["•••"]', '[null]']);
    expect((await query(`SELECT count(*) FROM people WHERE name = 'ann'`)).rows).toEqual(['[0]']);
    expect((await query(`SELECT max(people::VARCHAR) LIKE '%ann%' FROM people`)).rows).toEqual(['[false]']);
  });

  it('is recorded, and audited where confidential values could be read', async () => {
    await query('SELECT 1 FROM people', 'data-engineer');
    const reads = await data.rows<{ read_as: string; confidential: boolean }>(
      `select read_as, purpose, confidential from dataset_read where read_as in ('data-analyst', 'data-engineer') order by id desc`,
    );
    expect(reads[0]).toEqual({ read_as: 'data-engineer', purpose: 'query', confidential: true });
    expect(reads.filter(({ read_as }) => read_as === 'data-analyst').every(({ confidential }) => !confidential)).toBe(true);
    expect((await data.published('platform.v1.AuditRecorded', versionId)).length).toBeGreaterThan(1);
  });

  it.each([
    [`COPY people TO '/tmp/x.csv'`, 'sql/not-one-select'],
    [`SELECT * FROM read_text('/etc/passwd')`, 'sql/not-allowed'],
    [`SELECT * FROM others`, 'sql/unknown-table'],
    [`SELECT nope FROM people`, 'sql/invalid'],
  ])('can do nothing but read what it names: %s', async (sql, problem) => {
    await expect(query(sql)).rejects.toMatchObject({ problem });
  });

  it('is refused to those who have no business with rows, and finds nothing in another workspace', async () => {
    await expect(query('SELECT 1', 'executive')).rejects.toMatchObject({ code: 'FORBIDDEN' });
    const foreign = data.ask(`{ queryData(sql: "SELECT 1", datasets: ["people"]) { rows } }`, {}, 'data-analyst', 'other');
    await expect(foreign).rejects.toMatchObject({ problem: 'data/dataset' });
  });

  it('about what a version holds is answered by its profile, without confidential values', async () => {
    const ask = () =>
      data.ask<{ datasetVersion: { profile: { column: string; min: string | null }[] | null } }>(
        `query ($id: ID!) { datasetVersion(id: $id) { profile { column missing distinct min max mean topValues { value count } } } }`,
        { id: versionId },
      );
    expect((await ask()).datasetVersion.profile).toBeNull();
    const { profileDatasetVersion } = await data.ask<{ profileDatasetVersion: { id: string } }>(
      `mutation ($id: ID!) { profileDatasetVersion(id: $id) { id } }`,
      { id: versionId },
      'data-analyst',
    );
    expect(await data.ended(profileDatasetVersion.id)).toMatchObject({ state: 'finished', datasetVersion: { id: versionId } });
    expect((await ask()).datasetVersion.profile).toEqual([
      { column: 'n', missing: 0, distinct: 3, min: '1', max: '3', mean: 2, topValues: null },
      { column: 'name', missing: 1, distinct: 2, min: null, max: null, mean: null, topValues: null },
    ]);
  });
});
