import { AlertListener, type AlertPayload } from '../../alert-listener.js';
import { Progress } from '../../progress.js';
import type { Flight } from '../airline.js';
import { Replay, type DecidedFlight } from '../replay.js';
import { PERIODS, type Story } from '../story.js';
import { retrain, type Retraining } from './9-upgrade.js';
import type { RuleChapter } from './4-rule.js';
import type { TrainingChapter } from './5-training.js';
import { Rollout } from './rollout.js';

const WEEK_MS = 7 * 86_400_000;
/** The last flights of December land after the year has ended. */
const AFTERWARDS = new Date('2014-01-08T00:00:00Z');

export interface OperationChapter {
  readonly decided: readonly DecidedFlight[];
  readonly alerts: readonly AlertPayload[];
  readonly retraining: Retraining | undefined;
  readonly overriddenDecisionId: string;
}

interface Week {
  readonly from: Date;
  readonly to: Date;
  readonly flights: readonly Flight[];
}

function weeksOf(flights: readonly Flight[]): readonly Week[] {
  const [start, end] = [Date.parse(PERIODS.operation.from), Date.parse(PERIODS.operation.to)];
  const weeks: Week[] = [];
  for (let from = start; from < end; from += WEEK_MS) {
    const to = Math.min(from + WEEK_MS, end);
    weeks.push({
      from: new Date(from),
      to: new Date(to),
      flights: flights.filter(({ decisionAt }) => +decisionAt >= from && +decisionAt < to),
    });
  }
  return weeks;
}

/** The crew has done by hand what the model was unsure about: a person's decision stands, with its reason. */
async function overrideOne(story: Story, decided: readonly DecidedFlight[]): Promise<string> {
  const closest = decided.reduce((best, next) =>
    Math.abs(next.probability - next.threshold) < Math.abs(best.probability - best.threshold) ? next : best,
  );
  await story.graph.ask(
    'business-owner',
    `mutation Override($id: ID!, $act: Boolean!, $reason: String!) { overrideDecision(decisionId: $id, act: $act, reason: $reason) { id } }`,
    {
      id: closest.decisionId,
      act: !closest.act,
      reason: closest.act
        ? 'The passengers with connections were rebooked by the crew already'
        : 'A school class of forty has a connection here',
    },
  );
  return closest.decisionId;
}

async function newAlert(story: Story, endpointId: string, known: ReadonlySet<string>): Promise<string | undefined> {
  const { alerts } = await story.graph.ask<{
    readonly alerts: { readonly edges: readonly { readonly node: { readonly id: string } }[] };
  }>('ml-engineer', `query Alerts($endpointId: ID!) { alerts(endpointId: $endpointId, first: 20) { edges { node { id } } } }`, {
    endpointId,
  });
  return alerts.edges.map(({ node }) => node.id).find((id) => !known.has(id));
}

const ARRIVAL_MS = 20_000;

/** June to December, week by week: canary, decisions, outcomes, monitoring, and whatever the alert sets going. */
export async function operate(
  story: Story,
  flights: readonly Flight[],
  rule: RuleChapter,
  training: TrainingChapter,
): Promise<OperationChapter> {
  const progress = new Progress('6 operation');
  const replay = new Replay(story, rule.endpointId);
  const listener = new AlertListener(story.graph.url, story.people, rule.endpointId);
  const alerts: AlertPayload[] = [];
  let rollout: Rollout | undefined = await Rollout.start(
    story,
    rule.endpointId,
    training.versionId,
    new Date(PERIODS.operation.from),
  );
  let retraining: Retraining | undefined;
  let overriddenDecisionId = '';
  try {
    for (const [index, { from, to, flights: due }] of weeksOf(flights).entries()) {
      progress.to(
        replay.decided.length / flights.length,
        `week of ${from.toISOString().slice(0, 10)}, ${replay.decided.length} decisions`,
      );
      // Whoever operates a rollout advances it under load; it takes effect with the next week's first decision.
      await replay.decide(due, async () => rollout?.advance(to));
      if (rollout?.completed) rollout = undefined;
      if (index === 0) overriddenDecisionId = await overrideOne(story, replay.decided);
      await replay.report(to);
      const alertId = await newAlert(story, rule.endpointId, new Set(alerts.map(({ id }) => id)));
      if (alertId === undefined) continue;
      const alert = await listener.arrival(alertId, ARRIVAL_MS);
      if (!alert) throw new Error(`alert ${alertId} did not reach its subscriber`);
      alerts.push(alert);
      retraining ??= await retrain(story, alertId, progress);
      if (alerts.length === 1 && retraining.approved)
        rollout = await Rollout.start(story, rule.endpointId, retraining.versionId!, to);
    }
    await replay.report(AFTERWARDS);
  } finally {
    await listener.close();
  }
  progress.done(
    `${replay.decided.length.toLocaleString('en')} decisions from June to December, ${alerts.length} alert${alerts.length === 1 ? '' : 's'}`,
  );
  return { decided: replay.decided, alerts, retraining, overriddenDecisionId };
}
