import { AlertKind } from '#contracts/monitoring/v1/events';
import { EVENT_LOG } from '#libs/database';
import { PostgresEventLog } from '#libs/events';
import { LOCAL_WORKSPACE } from '#libs/identity';
import { newId } from '#libs/ids';
import { alerts, catalogue } from '#libs/topics';
import { RunningTraining } from './fixture/running-training.fixture.js';
import { dayStart, RULE_ID, TURN } from './fixture/training.fixture.js';

let training: RunningTraining;
beforeAll(async () => {
  training = await RunningTraining.start();
});
afterAll(() => training?.[Symbol.asyncDispose]());

describe('an alert', () => {
  const TRIGGER = `mutation ($input: RetrainingTriggerInput!) { setRetrainingTrigger(input: $input) { trigger { trainFrom baselineVersions { id } } } }`;
  const RUNS = `query { pipeline(name: "flights") { runs(first: 1) { edges { node { id alertId state reason comparison { rows incumbent { id } difference { amount } differenceLow { amount } } } } } } }`;
  interface Newest {
    readonly pipeline: {
      readonly runs: {
        readonly edges: readonly {
          readonly node: {
            readonly id: string;
            readonly alertId: string | null;
            readonly state: string;
            readonly reason: string | null;
            readonly comparison: {
              readonly rows: number;
              readonly incumbent: { readonly id: string };
              readonly differenceLow: { readonly amount: string };
            } | null;
          };
        }[];
      };
    };
  }

  async function raise(raisedAt: string, modelVersionId: string): Promise<Newest['pipeline']['runs']['edges'][0]['node']> {
    const log = await PostgresEventLog.open({
      url: training.fixture.database.urlOf(EVENT_LOG),
      catalogue,
      name: 'monitoring',
      report: () => undefined,
    });
    const alertId = newId('alert');
    const value = {
      ...{ alertId, endpointId: 'ep_1', useCaseId: 'uc_1', modelVersionId, summary: '' },
      kind: AlertKind.ALERT_KIND_CALIBRATION,
      raisedAt: new Date(raisedAt),
    };
    await log.publish([
      alerts.record('monitoring.v1.AlertRaised', { key: 'ep_1', workspace: LOCAL_WORKSPACE, time: new Date(raisedAt), value }),
    ]);
    await log.close();
    const newest = async () => (await training.graph.ask<Newest>(RUNS)).pipeline.runs.edges[0]!.node;
    let found = await newest();
    while (found.alertId !== alertId) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      found = await newest();
    }
    await training.toTheEnd(found.id);
    return newest();
  }

  it('starts a retraining whose version replaces one that the world has left behind', async () => {
    const first = await training.begin();
    await training.toTheEnd(first.id);
    const incumbent = `mv_of_${first.run.id}`;
    await training.graph.ask(TRIGGER, {
      input: {
        pipelineId: training.pipelineId,
        endpointId: 'ep_1',
        trainFrom: dayStart(TURN),
        calibrationDays: 6,
        comparisonDays: 7,
        baselineVersionIds: [RULE_ID],
      },
    });
    const ended = await raise(dayStart(70), incumbent);
    expect(ended).toMatchObject({ state: 'registered', comparison: { incumbent: { id: incumbent } } });
    expect(Number(ended.comparison!.differenceLow.amount)).toBeGreaterThan(0);
    const { evaluation } = training.fixture.neighbours.registered.at(-1)!;
    expect(evaluation!.incumbentVersionId).toBe(incumbent);
    expect(evaluation!.baselines.map(({ baseline }) => baseline)).toEqual(['never', 'always', RULE_ID, incumbent]);
  });

  it('starts a retraining whose version is refused where the old one does as well', async () => {
    const before = training.fixture.neighbours.registered.length;
    const incumbent = `mv_of_${training.fixture.neighbours.registered.at(-1)!.runId}`;
    const ended = await raise(dayStart(69), incumbent);
    expect(ended.state).toBe('refused');
    expect(ended.reason).toContain('not better');
    expect(training.fixture.neighbours.registered).toHaveLength(before);
  });
});
