import { once } from 'node:events';
import type { DecisionsMade } from '#contracts/serving/v1/events';
import { decisions as topic } from '#libs/topics';
import type { Decided, InferenceCaller } from './fixture/inference-caller.fixture.js';
import {
  forkServing,
  graphOf,
  inferenceOf,
  surroundings,
  WORKSPACE,
  type ForkedServing,
  type Surroundings,
} from './fixture/serving.fixture.js';

const MOMENT = new Date('2013-06-01T08:00:00Z');
const CALLS = 300;
const KILLS = 2;

let around: Surroundings;
let serving: ForkedServing;
beforeAll(async () => {
  around = await surroundings();
  await around.neighbours.addRule(around.objects, 'mv_rule', 1, 'late_share > 0.3');
});
afterAll(async () => {
  serving.process.kill('SIGKILL'); // a failed test must not leave it behind
  await around.stop();
});

/** A caller that asks again when the service is away, as every caller should, under the same request id. */
async function decided(current: () => InferenceCaller, i: number): Promise<Decided> {
  const flight = { key: `K-${i}`, carrier: 'UA', distance: i };
  for (;;) {
    try {
      return (await current().decide('flights', [flight], { id: `call-${i}`, asOf: new Date(MOMENT.getTime() + i * 1_000) }))[0]!;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

/** The events as a consumer's inbox lets them through: the wire may bring one twice, under the same id. */
async function eventsOf(count: number): Promise<readonly DecisionsMade[]> {
  const events = new Map<string, DecisionsMade>();
  const enough = Promise.withResolvers<void>();
  const subscription = await around.log.subscribe({
    group: 'test.killed',
    topics: [topic.name],
    handle: async ({ records }) => {
      for (const record of records) {
        if (record.type === 'serving.v1.DecisionsMade') events.set(record.id, topic.decode('serving.v1.DecisionsMade', record));
      }
      if ([...events.values()].reduce((sum, { decisionIds }) => sum + decisionIds.length, 0) >= count) enough.resolve();
    },
  });
  await enough.promise;
  await subscription.stop();
  return [...events.values()];
}

describe('serving, killed again and again under load', () => {
  it('comes back, and neither loses nor doubles a decision that it answered', async () => {
    serving = await forkServing(around);
    let caller = await inferenceOf(around, serving.grpcPort);
    const create = `mutation { createEndpoint(input: { name: "flights", useCaseId: "uc_1", modelVersionId: "mv_rule" }) { id } }`;
    const { data } = await graphOf(around, serving.httpPort)<{ createEndpoint: { id: string } }>('ml-engineer', create);
    const answers = new Map<number, Decided>();
    const queue = [...Array(CALLS).keys()].values();
    const load = Array.from({ length: 8 }, async () => {
      for (const i of queue) answers.set(i, await decided(() => caller, i));
    });
    for (let kill = 1; kill <= KILLS; kill += 1) {
      while (answers.size < (CALLS * kill) / (KILLS + 1)) await new Promise((resolve) => setTimeout(resolve, 1));
      serving.process.kill('SIGKILL');
      await once(serving.process, 'exit');
      serving = await forkServing(around);
      const before = caller;
      caller = await inferenceOf(around, serving.grpcPort);
      before.close();
    }
    await Promise.all(load);

    const events = await eventsOf(CALLS);
    const published = events.flatMap((event) =>
      event.decisionIds.map((id, row) => ({
        id,
        act: event.acts[row],
        rowKey: event.rowKeys[row],
        columns: [...event.features, ...event.request].map((column) => column.values!.value.values.length),
      })),
    );
    expect(published).toHaveLength(CALLS);
    expect(new Map(published.map(({ id, act }) => [id, act]))).toEqual(
      new Map([...answers.values()].map(({ decisionId, act }) => [decisionId, act])),
    );
    expect(new Set(published.map(({ rowKey }) => rowKey)).size).toBe(CALLS);
    for (const { decisionIds, features, request, baselineActs } of events) {
      for (const column of [...features, ...request]) expect(column.values!.value.values).toHaveLength(decisionIds.length);
      expect(baselineActs).toHaveLength(decisionIds.length);
    }

    const page = `{ decisions(endpointId: "${data!.createEndpoint.id}", first: 1000) { edges { node { id act } } } }`;
    const stored = await graphOf(around, serving.httpPort)<{ decisions: { edges: { node: { id: string; act: boolean } }[] } }>(
      'ml-engineer',
      page,
      {},
      WORKSPACE,
    );
    expect(new Map(stored.data!.decisions.edges.map(({ node }) => [node.id, node.act]))).toEqual(
      new Map([...answers.values()].map(({ decisionId, act }) => [decisionId, act])),
    );

    caller.close();
    serving.process.kill('SIGTERM');
    expect(await once(serving.process, 'exit')).toEqual([0, null]);
  });
});
