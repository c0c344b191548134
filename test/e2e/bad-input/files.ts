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
    const headers = {
      authorization: `Bearer ${await world().platform.token('data-engineer')}`,
      'content-type': 'application/json',
    };
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
    [
      'compares with a column that the data has not',
      { kind: 'expression', expression: 'distance > 0' },
      'expression/unknown-name',
    ],
    [
      'refers to a dataset that is not there',
      { kind: 'reference', columns: ['carrier'], references: 'airlines.code' },
      'data/dataset',
    ],
    ['computes with a text', { kind: 'expression', expression: 'carrier + 1 > 0' }, 'expression/type'],
    ['is no expression', { kind: 'expression', expression: 'delay >' }, 'expression/syntax'],
  ])('refuses a contract that %s', async (_what, rule, problem) => {
    const input = { datasetId: world().datasetId, rules: [{ name: 'broken', action: 'flag', reason: 'a mistake', ...rule }] };
    const asked = world().ask(
      'data-engineer',
      `mutation ($input: DefineContractInput!) { defineContract(input: $input) { id } }`,
      { input },
    );
    expect((await refusalOf(asked)).problem).toBe(problem);
  });
}
