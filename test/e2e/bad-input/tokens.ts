import WebSocket from 'ws';
import { TokenForger } from '../forged-token.js';
import { refusalOf, refusalOfHttp, type Refusal } from '../refusal.js';
import { rowCall } from '../rule-endpoint.js';
import { NOON_MS, type World } from './world.js';

type Door = (world: World, token: string | undefined) => Promise<Refusal>;

const MUTATION = JSON.stringify({ query: 'mutation { createDataset(input: { name: "forged", description: "Forged" }) { id } }' });
const SUBSCRIPTION = JSON.stringify({ query: 'subscription { alertRaised { id } }' });

const bearer = (token: string | undefined): Readonly<Record<string, string>> =>
  token === undefined ? {} : { authorization: `Bearer ${token}` };

async function post(
  url: string,
  token: string | undefined,
  headers: Readonly<Record<string, string>>,
  body: string,
): Promise<Refusal> {
  return refusalOfHttp(await fetch(url, { method: 'POST', headers: { ...bearer(token), ...headers }, body }));
}

/** How a socket that says who it is is sent away. */
function closeOf(url: string, token: string | undefined): Promise<Refusal> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, 'graphql-transport-ws');
    socket.once('open', () => socket.send(JSON.stringify({ type: 'connection_init', payload: bearer(token) })));
    socket.once('close', (status, reason) => resolve({ status, problem: String(reason) }));
    socket.once('message', () => reject(new Error('the socket was taken')));
    socket.once('error', reject);
  });
}

/** Every door of the platform, and the status with which it sends away who cannot say who they are. */
const DOORS: Readonly<Record<string, readonly [string | number, Door]>> = {
  'GraphQL over HTTP': [
    401,
    ({ gateway }, token) => post(`${gateway}/graphql`, token, { 'content-type': 'application/json' }, MUTATION),
  ],
  'GraphQL over server-sent events': [
    401,
    ({ gateway }, token) =>
      post(`${gateway}/graphql`, token, { 'content-type': 'application/json', accept: 'text/event-stream' }, SUBSCRIPTION),
  ],
  'GraphQL over WebSocket': [4403, ({ gateway }, token) => closeOf(`${gateway.replace(/^http/, 'ws')}/graphql`, token)],
  'the uploads': [401, ({ gateway }, token) => post(`${gateway}/uploads`, token, { 'content-type': 'text/csv' }, 'a\n1\n')],
  'live inference': [
    'UNAUTHENTICATED',
    async (world, token) => {
      const client = world.inference(token);
      try {
        return await refusalOf(client.infer('delays', rowCall('r', 20, NOON_MS)));
      } finally {
        client.close();
      }
    },
  ],
};

export function tokensThatNobodyShouldTrust(world: () => World): void {
  let forger: TokenForger;
  beforeAll(async () => {
    forger = await TokenForger.at(world().platform);
  });

  const hoursAgo = () => Math.floor(Date.now() / 1_000) - 7_200;
  const inAnHour = () => Math.floor(Date.now() / 1_000) + 3_600;
  it.each<readonly [string, () => string | undefined | Promise<string>, string]>([
    ['no token', () => undefined, 'identity/token-missing'],
    ['an expired token', () => forger.signed({ exp: hoursAgo() }), 'identity/token-expired'],
    ['a token before its time', () => forger.signed({ nbf: inAnHour() }), 'identity/token-not-yet-valid'],
    ['a token for another audience', () => forger.signed({ aud: 'grafana' }), 'identity/wrong-audience'],
    ['a token of another issuer', () => forger.signed({ iss: 'https://elsewhere.example' }), 'identity/wrong-issuer'],
    ['a token without a signature (alg: none)', () => forger.unsigned(), 'identity/token-invalid'],
    ['a token signed with another key', () => forger.signedByAnother(), 'identity/token-invalid'],
    ['a token that was altered after it was signed', () => forger.altered(), 'identity/token-invalid'],
    ['a token of a role that nobody has', () => forger.signed({ roles: ['root'] }), 'identity/unknown-role'],
    [
      'a token of a workspace that leaves its folder',
      () => forger.signed({ workspace: '../other' }),
      'identity/workspace-missing',
    ],
    ['what is no token', () => 'abc.def.ghi', 'identity/token-invalid'],
  ])('every door refuses %s', async (_what, make, problem) => {
    const token = await make();
    const refusals = await Promise.all(
      Object.entries(DOORS).map(async ([door, [, ask]]) => [door, await ask(world(), token)] as const),
    );
    expect(Object.fromEntries(refusals)).toEqual(
      Object.fromEntries(Object.entries(DOORS).map(([door, [status]]) => [door, { status, problem }])),
    );
  });
}
