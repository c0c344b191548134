import { readFileSync } from 'node:fs';
import { DataFixture } from '../fixture/data.fixture.js';

const FOLDER = 'deploy/demo/flights';
const flag = (name: string, columns: string[], references?: string) => ({
  name,
  kind: references === undefined ? 'not_null' : 'reference',
  columns,
  ...(references === undefined ? {} : { references }),
  action: 'flag',
});

describe("New York's flights of 2013", () => {
  let data: DataFixture;
  const ids = new Map<string, string>();
  beforeAll(async () => {
    data = await DataFixture.start({ UPLOAD_MAX_BYTES: '20000000', SQL_MEMORY_MB: '512' });
  });
  afterAll(() => data.stop());

  async function collect(name: string, file: string, rules: object[] = []) {
    const id = await data.createDataset(name);
    ids.set(name, id);
    if (rules.length > 0) await data.defineContract(id, rules);
    const format = file.endsWith('.csv') ? 'csv' : 'parquet';
    return data.collect(id, readFileSync(`${FOLDER}/data/${file}`), { format });
  }

  it('have the faults that are known of them, each counted by its rule', async () => {
    for (const name of ['planes', 'airlines', 'airports'])
      expect(await collect(name, `${name}.csv`)).toMatchObject({ state: 'finished' });
    const job = await collect('flights', 'flights.parquet', [
      {
        name: 'once',
        kind: 'unique',
        columns: ['year', 'month', 'day', 'carrier', 'flight', 'origin', 'dest'],
        action: 'quarantine',
      },
      flag('arrived', ['arr_delay']),
      flag('tail_given', ['tailnum']),
      flag('tail_known', ['tailnum'], 'planes.tailnum'),
      flag('carrier_known', ['carrier'], 'airlines.carrier'),
      flag('destination_known', ['dest'], 'airports.faa'),
      { name: 'distance_possible', kind: 'expression', expression: 'distance between 50 and 5000', action: 'quarantine' },
    ]);
    expect(job).toMatchObject({ state: 'finished' });
    const { dataset } = await data.ask<{ dataset: { latest: object } }>(
      `{ dataset(name: "flights") { latest { collectedRows acceptedRows quarantinedRows flaggedRows validation { results { rule brokenRows } } } } }`,
    );
    expect(dataset.latest).toEqual({
      collectedRows: 336776,
      acceptedRows: 336775,
      quarantinedRows: 1, // EWR to LGA, 17 miles, cancelled
      flaggedRows: 63905,
      validation: {
        results: [
          { rule: 'once', brokenRows: 0 },
          { rule: 'arrived', brokenRows: 9430 },
          { rule: 'tail_given', brokenRows: 2512 },
          { rule: 'tail_known', brokenRows: 50094 },
          { rule: 'carrier_known', brokenRows: 0 },
          { rule: 'destination_known', brokenRows: 7602 },
          { rule: 'distance_possible', brokenRows: 1 },
        ],
      },
    });
  });

  it('become the schedule that features read, with the moment at which each outcome is known', async () => {
    const output = await data.createDataset('schedule');
    const input = {
      name: 'schedule',
      sql: readFileSync(`${FOLDER}/sql/schedule.sql`, 'utf8'),
      inputDatasetIds: [ids.get('flights'), ids.get('airports')],
      outputDatasetId: output,
      orderBy: ['decision_at', 'flight_key'],
    };
    const define = `mutation ($input: DefineTransformInput!) { defineTransform(input: $input) { id } }`;
    const { defineTransform } = await data.ask<{ defineTransform: { id: string } }>(define, { input });
    const { runTransform } = await data.ask<{ runTransform: { id: string } }>(
      `mutation ($id: ID!) { runTransform(id: $id) { id } }`,
      defineTransform,
    );
    expect(await data.ended(runTransform.id)).toMatchObject({ state: 'finished' });
    const sql = `SELECT count(*) AS rows, count(late) AS known, count(landed_at) AS landed, count(*) FILTER (landing_estimated) AS estimated,
      count(DISTINCT flight_key) AS keys, count(*) FILTER (landed_at <= decision_at) AS leaks FROM schedule`;
    const ask = `query ($sql: String!) { queryData(sql: $sql, datasets: ["schedule"]) { columns rows } }`;
    expect(await data.ask(ask, { sql })).toEqual({
      queryData: {
        columns: ['rows', 'known', 'landed', 'estimated', 'keys', 'leaks'],
        rows: ['[336775,327346,327346,7602,336775,0]'],
      },
    });
  });
});
