import { readFileSync } from 'node:fs';
import { refusalOf, refusalOfHttp } from '../refusal.js';
import type { World } from './world.js';

/** The first bytes of a PNG picture. */
const PNG = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0x0d, 0x49, 0x48, 0x44, 0x52, 0, 0, 0, 1]);
const LATIN_1 = new Uint8Array([...Buffer.from('flight,carrier,delay\nUA1,'), 0xc9, ...Buffer.from(',3\n')]);
const BEGUN_PARQUET = new Uint8Array(Buffer.from('PAR1 and nothing of what must follow'));

export function filesThatAreNotWhatTheySay(world: () => World): void {
  it.each([
    ['CSV that is said to be Parquet', 'flight,carrier,delay\nUA1,UA,3\n', 'parquet', 'sql/not-that-format'],
    ['a picture that is said to be CSV', PNG, 'csv', 'sql/not-that-format'],
    ['CSV that is said to be JSON', 'flight,carrier,delay\nUA1,UA,3\n', 'json', 'sql/not-that-format'],
    ['Parquet that breaks off', BEGUN_PARQUET, 'parquet', 'sql/malformed'],
    ['CSV that is not UTF-8', LATIN_1, 'csv', 'sql/encoding'],
    ['a quoted field that never closes', 'flight,carrier,delay\n"UA1,UA,3\n', 'csv', 'sql/malformed'],
    ['a header without two of its columns', 'flight\nUA1\n', 'csv', 'sql/header'],
    ['a text where every version had a number', 'flight,carrier,delay\nUA1,UA,late\n', 'csv', 'sql/value-type'],
  ] as const)('fails the job for %s, and publishes no version', async (_what, body, format, problem) => {
    expect(await world().collect(body, format)).toMatchObject({ state: 'failed', problem, datasetVersion: null });
  });

  it('names the line of a ragged row', async () => {
    const job = await world().collect('flight,carrier,delay\nUA1,UA,3\nUA2,UA\n', 'csv');
    expect(job).toMatchObject({ state: 'failed', problem: 'sql/ragged-row', datasetVersion: null });
    expect(job.detail).toMatch(/\b3\b/);
  });

  it('takes no upload that is empty, or that says it is JSON', async () => {
    expect(await refusalOfHttp(await world().upload(''))).toEqual({ status: 400, problem: 'data/upload-empty' });
    const headers = { authorization: `Bearer ${await world().platform.token('data-engineer')}`, 'content-type': 'application/json' };
    const response = await fetch(`${world().gateway}/uploads`, { method: 'POST', headers, body: '{"a":1}' });
    expect(await refusalOfHttp(response)).toEqual({ status: 400, problem: 'data/upload-type' });
  });

  it('collects nothing that nobody uploaded', async () => {
    const input = { datasetId: world().datasetId, uploadHash: 'a'.repeat(64), format: 'csv' };
    const asked = world().ask('data-engineer', `mutation ($input: CollectInput!) { collect(input: $input) { id } }`, { input });
    expect(await refusalOf(asked)).toEqual({ status: 'NOT_FOUND', problem: 'data/upload' });
  });

  it.each([
    ['names a column that the data has not', { kind: 'not_null', columns: ['tail_number'] }, 'data/contract-column'],
    ['compares with a column that the data has not', { kind: 'expression', expression: 'distance > 0' }, 'expression/unknown-column'],
    ['refers to a dataset that is not there', { kind: 'reference', columns: ['carrier'], references: 'airlines.code' }, 'data/dataset'],
    ['computes with a text', { kind: 'expression', expression: 'carrier + 1 > 0' }, 'expression/type'],
    ['is no expression', { kind: 'expression', expression: 'delay >' }, 'expression/syntax'],
  ])('refuses a contract that %s', async (_what, rule, problem) => {
    const input = { datasetId: world().datasetId, rules: [{ name: 'broken', action: 'flag', reason: 'a mistake', ...rule }] };
    const asked = world().ask('data-engineer', `mutation ($input: DefineContractInput!) { defineContract(input: $input) { id } }`, { input });
    expect((await refusalOf(asked)).problem).toBe(problem);
  });
}

const SECRET = readFileSync('/etc/passwd', 'utf8').split('\n')[0]!;

/** @param path where a statement would write */
function statements(path: string): readonly (readonly [string, string, string])[] {
  return [
    ['writes a file', `copy flights to '${path}'`, 'sql/not-one-select'],
    ['writes a file out of a query', `copy (select 1) to '${path}' (format csv)`, 'sql/not-one-select'],
    ['exports everything', `export database '${path}'`, 'sql/not-one-select'],
    ['reads a file with a function', `select * from read_csv('/etc/passwd')`, 'sql/not-allowed'],
    ['reads a file as text', `select content from read_text('/etc/passwd')`, 'sql/not-allowed'],
    ['reads a file by its name', `select * from '/etc/passwd'`, 'sql/unknown-table'],
    ['reads a file in a subquery of an expression', `select (select max(content) from read_blob('/etc/passwd')) from flights`, 'sql/not-allowed'],
    ['reads a file behind a common table expression', `with t as (from read_csv('/etc/passwd')) select * from t`, 'sql/not-allowed'],
    ['lists a folder', `select * from glob('/etc/*')`, 'sql/not-allowed'],
    ['opens another database', `attach '${path}' as other`, 'sql/not-one-select'],
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
    ['reads a dataset that was not named', `select * from other_dataset`, 'sql/unknown-table'],
  ];
}

export function sqlThatDoesMoreThanRead(world: () => World): void {
  const path = '/tmp/millrace-must-not-be-written';
  it.each(statements(path))('refuses a query and a transform that %s', async (_what, sql, problem) => {
    const query = world().ask('data-analyst', `query ($sql: String!) { queryData(sql: $sql, datasets: ["flights"]) { rows } }`, { sql });
    const refused = await refusalOf(query);
    expect(refused).toEqual({ status: problem === 'sql/unknown-table' ? 'INVALID' : 'FORBIDDEN', problem });
    const input = { name: 'leak', sql, inputDatasetIds: [world().datasetId], outputDatasetId: world().datasetId, orderBy: ['flight'] };
    const defined = world().ask('data-engineer', `mutation ($input: DefineTransformInput!) { defineTransform(input: $input) { id } }`, { input });
    expect(await refusalOf(defined)).toMatchObject({ status: expect.any(String) });
  });
}
