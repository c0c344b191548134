import { request } from 'node:http';
import { refusalOf, type Refusal } from '../refusal.js';
import { NOON_MS, type World } from './world.js';
import { rowCall } from '../rule-endpoint.js';

/** Announces a body that is never sent, and answers what came back. */
function announce(url: string, token: string, bytes: number): Promise<Refusal> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/octet-stream', 'content-length': bytes };
    const asked = request(url, { method: 'POST', headers }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.once('end', () => {
        resolve({ status: response.statusCode!, problem: (JSON.parse(text) as { readonly type: string }).type });
        asked.destroy();
      });
    });
    asked.once('error', reject);
    asked.flushHeaders();
  });
}

export function bodiesThatAreTooLarge(world: () => World): void {
  it('refuses an operation of more than 256 KiB before it is read', async () => {
    const query = `mutation { createDataset(input: { name: "large", description: "${'x'.repeat(300_000)}" }) { id } }`;
    expect(await refusalOf(world().ask('data-engineer', query))).toEqual({
      status: 'TOO_LARGE',
      problem: 'gateway/body-too-large',
    });
  });

  it.each([
    ['deep', `{ ${'a { '.repeat(40)} b ${'} '.repeat(40)} }`, 'gateway/operation-too-deep'],
    [
      'many-voiced',
      `{ ${Array.from({ length: 60 }, (_, n) => `a${n}: plan { edges { cursor } }`).join(' ')} }`,
      'gateway/too-many-aliases',
    ],
    [
      'costly',
      '{ datasets(first: 100000) { edges { node { versions(first: 100000) { edges { cursor } } } } } }',
      'gateway/operation-too-costly',
    ],
  ])('refuses an operation that is too %s', async (_what, query, problem) => {
    expect(await refusalOf(world().ask('data-engineer', query))).toEqual({ status: 'TOO_LARGE', problem });
  });

  it('refuses an upload that announces more than two gibibytes, without waiting for them', async () => {
    const token = await world().platform.token('data-engineer');
    const refused = { status: 413, problem: 'gateway/body-too-large' };
    expect(await announce(`${world().gateway}/uploads`, token, 3 * 1024 ** 3)).toEqual(refused);
  });

  it('refuses an inference call of more than 16 MiB', async () => {
    const client = await world().platform.inference('ml-engineer');
    const call = rowCall('r'.repeat(17 << 20), 20, NOON_MS);
    expect(await refusalOf(client.infer('delays', { ...call, id: '' }))).toMatchObject({ status: 'RESOURCE_EXHAUSTED' });
  });
}
