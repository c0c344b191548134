import { Progress } from '../../progress.js';
import { FEATURE_SERVICE, PERIODS, type Story } from '../story.js';
import type { RuleChapter } from './4-rule.js';
import { untilEnded } from './jobs.js';

export const PIPELINE = 'late-arrival-training';
const TRAINER = { trees: 100, leaves: 15, learningRate: 0.08, minRowsPerLeaf: 200, seed: 1 };
/** How the retraining looks back from an alert: four weeks to calibrate, then three in which old and new are compared. */
const RETRAINING = { trainFrom: PERIODS.train.from, calibrationDays: 28, comparisonDays: 21 };

interface PipelineRun {
  readonly id: string;
  readonly state: string;
  readonly progress: number;
  readonly step: string;
  readonly reason: string | null;
  readonly modelVersion: { readonly id: string } | null;
  readonly run: { readonly id: string } | null;
}

export interface TrainingChapter {
  readonly pipelineId: string;
  readonly pipelineRunId: string;
  readonly versionId: string;
}

const RUN_FIELDS = `id state progress step reason modelVersion { id } run { id }`;

export async function readPipelineRun(story: Story, id: string): Promise<PipelineRun & { readonly detail: string | null }> {
  const { pipelineRun } = await story.graph.ask<{ readonly pipelineRun: PipelineRun }>(
    'data-scientist',
    `query Run($id: ID!) { pipelineRun(id: $id) { ${RUN_FIELDS} } }`,
    { id },
  );
  return { ...pipelineRun, detail: pipelineRun.reason };
}

async function createPipeline(story: Story, { modelId, endpointId, ruleVersionId }: RuleChapter): Promise<string> {
  const input = {
    name: PIPELINE,
    modelId,
    featureService: FEATURE_SERVICE,
    dataset: 'schedule',
    momentColumn: 'decision_at',
    labelColumn: 'late',
    labelKnownColumn: 'landed_at',
    trainer: TRAINER,
  };
  const { createPipeline: pipeline } = await story.graph.ask<{ readonly createPipeline: { readonly id: string } }>(
    'data-scientist',
    `mutation Pipeline($input: CreatePipelineInput!) { createPipeline(input: $input) { id } }`,
    { input },
  );
  await story.graph.ask(
    'ml-engineer',
    `mutation Trigger($input: RetrainingTriggerInput!) { setRetrainingTrigger(input: $input) { id } }`,
    {
      input: { pipelineId: pipeline.id, endpointId, ...RETRAINING, baselineVersionIds: [ruleVersionId] },
    },
  );
  return pipeline.id;
}

/** The Data Scientist's pipeline trains on January to March, calibrates on April, prices the model on May and registers it. */
export async function trainModel(story: Story, rule: RuleChapter): Promise<TrainingChapter> {
  const progress = new Progress('4 training');
  const pipelineId = await createPipeline(story, rule);
  const { train, calibrate, test } = PERIODS;
  const { startPipeline } = await story.graph.ask<{ readonly startPipeline: { readonly id: string } }>(
    'data-scientist',
    `mutation Start($input: StartPipelineInput!) { startPipeline(input: $input) { id } }`,
    {
      input: {
        pipelineId,
        train,
        calibrate,
        test,
        knownUntil: '2013-06-03T00:00:00Z', // two days after the last decision of May, its flights have landed
        baselineVersionIds: [rule.ruleVersionId],
        permuteLabels: story.options.permuteLabels,
        idempotencyKey: 'demo',
      },
    },
  );
  const ended = await untilEnded(
    () => readPipelineRun(story, startPipeline.id),
    progress,
    (done) => done,
  );
  if (!ended.modelVersion) throw new Error(`the pipeline registered no version: ${ended.reason ?? ended.state}`);
  progress.done('trained, calibrated, priced and registered');
  return { pipelineId, pipelineRunId: startPipeline.id, versionId: ended.modelVersion.id };
}
