import type { Progress } from '../../progress.js';
import type { Story } from '../story.js';
import { approveVersion, type GateFailure } from './approval.js';
import { PIPELINE } from './5-training.js';

interface Money {
  readonly amount: string;
  readonly currency: string;
}

/** What came of the retraining that an alert started. */
export interface Retraining {
  readonly pipelineRunId: string;
  readonly state: string;
  readonly reason: string | null;
  readonly versionId: string | undefined;
  /** Old against new on the same later rows. */
  readonly comparison: {
    readonly from: string;
    readonly to: string;
    readonly rows: number;
    readonly incumbentValue: Money;
    readonly challengerValue: Money;
    readonly difference: Money;
    readonly differenceLow: Money;
    readonly differenceHigh: Money;
  } | null;
  readonly failedGates: readonly GateFailure[];
  readonly approved: boolean;
}

interface RunNode {
  readonly id: string;
  readonly state: string;
  readonly progress: number;
  readonly step: string;
  readonly reason: string | null;
  readonly alertId: string | null;
  readonly modelVersion: { readonly id: string } | null;
  readonly comparison: Retraining['comparison'];
}

const DEADLINE_MS = 180_000;
const POLL_MS = 150;
const MONEY = `{ amount currency }`;
const RUNS = `query Runs($name: String!) {
  pipeline(name: $name) { runs(first: 5) { edges { node {
    id state progress step reason alertId modelVersion { id }
    comparison { from to rows incumbentValue ${MONEY} challengerValue ${MONEY} difference ${MONEY} differenceLow ${MONEY} differenceHigh ${MONEY} }
  } } } }
}`;

/** Nobody starts this run: the alert did. The story only watches it. */
async function runStartedBy(story: Story, alertId: string, progress: Progress): Promise<RunNode> {
  const deadline = Date.now() + DEADLINE_MS;
  while (Date.now() < deadline) {
    const { pipeline } = await story.graph.ask<{
      readonly pipeline: { readonly runs: { readonly edges: readonly { readonly node: RunNode }[] } };
    }>('ml-engineer', RUNS, { name: PIPELINE });
    const run = pipeline.runs.edges.map(({ node }) => node).find((node) => node.alertId === alertId);
    if (run) progress.to(run.progress, `retraining: ${run.step}`);
    if (run && run.state !== 'running') return run;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  throw new Error(`the alert ${alertId} started no retraining that ended in time`);
}

/** Follows the retraining of an alert to its end; where the new version is better, asks for its approval. */
export async function retrain(story: Story, alertId: string, progress: Progress): Promise<Retraining> {
  const { id, state, reason, modelVersion, comparison } = await runStartedBy(story, alertId, progress);
  const found = { pipelineRunId: id, state, reason, versionId: modelVersion?.id, comparison };
  if (state !== 'registered' || !modelVersion) return { ...found, failedGates: [], approved: false };
  const { failed } = await approveVersion(story, modelVersion.id, 'Better on the same flights, and calibrated again');
  return { ...found, failedGates: failed, approved: failed.length === 0 };
}
