import { existsSync } from 'node:fs';
import { refusalOf } from '../refusal.js';
import type { World } from './world.js';

/** Where the statements would write. */
const PATH = '/tmp/millrace-must-not-be-written';

const STATEMENTS = [
  ['writes a table to a file', `copy flights to '${PATH}'`, 'sql/not-one-select'],
  ['writes a query to a file', `copy (select 1) to '${PATH}' (format csv)`, 'sql/not-one-select'],
  ['exports everything', `export database '${PATH}'`, 'sql/not-one-select'],
  ['reads a file with a function', `select * from read_csv('/etc/passwd')`, 'sql/not-allowed'],
  ['reads a file as text', `select content from read_text('/etc/passwd')`, 'sql/not-allowed'],
  ['reads a file by its name', `select * from '/etc/passwd'`, 'sql/unknown-table'],
  [
    'reads a file inside an expression',
    `select (select max(content) from read_blob('/etc/passwd')) from flights`,
    'sql/not-allowed',
  ],
  ['reads a file behind a table expression', `with t as (from read_csv('/etc/passwd')) select * from t`, 'sql/not-allowed'],
  ['reads an object of the store', `select * from read_parquet('objects/**')`, 'sql/not-allowed'],
  ['lists a folder', `select * from glob('/etc/*')`, 'sql/not-allowed'],
  ['opens another database', `attach '${PATH}' as other`, 'sql/not-one-select'],
  ['sets a pragma', `pragma enable_external_access = true`, 'sql/not-one-select'],
  ['asks a pragma', `pragma database_list`, 'sql/not-one-select'],
  ['changes a setting', `set enable_external_access = true`, 'sql/not-one-select'],
  ['loads an extension', `install httpfs`, 'sql/not-one-select'],
  ['reads the environment', `select getenv('HOME')`, 'sql/not-allowed'],
  ['reads the settings', `select * from duckdb_settings()`, 'sql/not-allowed'],
  ['reads the catalog', `select * from information_schema.tables`, 'sql/unknown-table'],
  ['runs a text as a statement', `select * from query('select 1')`, 'sql/not-allowed'],
  ['is two statements', `select 1; select 2`, 'sql/not-one-select'],
  ['drops its table', `drop table flights`, 'sql/not-one-select'],
  ['makes a table', `create table t as select 1`, 'sql/not-one-select'],
  ['reads a dataset that was not named', `select * from sink`, 'sql/unknown-table'],
] as const;

export function statementsThatDoMoreThanRead(world: () => World): void {
  it.each(STATEMENTS)('refuses a query and a transform that %s', async (_what, sql, problem) => {
    const refused = { status: problem === 'sql/unknown-table' ? 'INVALID' : 'FORBIDDEN', problem };
    const query = `query ($sql: String!) { queryData(sql: $sql, datasets: ["flights"]) { rows } }`;
    expect(await refusalOf(world().ask('data-analyst', query, { sql }))).toEqual(refused);
    const transform = `mutation ($input: DefineTransformInput!) { defineTransform(input: $input) { id } }`;
    const input = {
      name: 'leak',
      sql,
      inputDatasetIds: [world().datasetId],
      outputDatasetId: world().sinkId,
      orderBy: ['flight'],
    };
    expect(await refusalOf(world().ask('data-engineer', transform, { input }))).toEqual(refused);
    expect(existsSync(PATH)).toBe(false);
  });

  it.each([
    ['more rows than a query gives', { sql: 'select * from flights', limit: 1_001 }, 'data/query-limit'],
    ['a dataset that is not there', { sql: 'select 1', datasets: ['passengers'] }, 'data/dataset'],
    ['a dataset that has no version', { sql: 'select 1', datasets: ['sink'] }, 'data/no-version'],
    ['a column that is not there', { sql: 'select tail_number from flights' }, 'sql/invalid'],
    ['what is no SQL', { sql: 'flights, please' }, 'sql/invalid'],
  ])('refuses a query of %s', async (_what, variables, problem) => {
    const query = `query ($sql: String!, $datasets: [String!]!, $limit: Int) { queryData(sql: $sql, datasets: $datasets, limit: $limit) { rows } }`;
    const asked = world().ask('data-analyst', query, { datasets: ['flights'], limit: 10, ...variables });
    expect((await refusalOf(asked)).problem).toBe(problem);
  });
}
