import type { Story } from './story.js';
import { PERIODS } from './story.js';
import { Progress } from '../progress.js';
import { readSchedule } from './airline.js';
import { openUseCase } from './chapters/1-use-case.js';
import { collectData } from './chapters/2-data.js';
import { defineFeatures } from './chapters/3-features.js';
import { putRuleIntoOperation } from './chapters/4-rule.js';
import { trainModel } from './chapters/5-training.js';
import { operate } from './chapters/6-operation.js';
import { approveVersion } from './chapters/approval.js';
import { writePredictions } from './predictions.js';
import { summarizeData } from './report/data-summary.js';
import { summarizeMaturity } from './report/maturity-summary.js';
import { summarizeModel } from './report/model-summary.js';
import { readLedger } from './report/monthly-value.js';
import type { Report } from './report/report.js';
import { readSkew, traceDecision } from './report/trace.js';
import { summarizeTraffic } from './report/traffic.js';

const USE_CASE = 'protect-connections';

/** Tells the whole story to a running platform, through its public doors. */
export async function tell(story: Story): Promise<Report> {
  const startedAt = performance.now();
  const { useCaseId } = await openUseCase(story);
  const datasets = await collectData(story);
  await defineFeatures(story, datasets);
  const rule = await putRuleIntoOperation(story, useCaseId);
  const training = await trainModel(story, rule);
  const gates = new Progress('5 approval');
  const approval = await approveVersion(story, training.versionId, 'Worth more than the rule on days it had not seen');
  gates.done(
    approval.failed.length > 0 ? 'refused by its gates' : `gates passed; alone refused, approved by ${approval.approvedBy}`,
  );
  const told = approval.failed.length > 0 ? undefined : await inOperation(story, rule, training);
  const models = [training.versionId, ...(told?.retraining?.versionId ? [told.retraining.versionId] : [])];
  return {
    data: await summarizeData(story, datasets.keys()),
    models: await Promise.all(models.map((id) => summarizeModel(story, id))),
    approval,
    sampleShare: story.options.share,
    value: told ? await readLedger(story, USE_CASE) : [],
    alerts: told?.alerts ?? [],
    retraining: told?.retraining ?? null,
    traffic: told ? summarizeTraffic(story.inference) : null,
    skew: told ? await readSkew(story, rule.endpointId, PERIODS.operation.from, PERIODS.operation.to) : null,
    trace: told ? await traceDecision(story, told.overriddenDecisionId) : null,
    maturity: await summarizeMaturity(story),
    seconds: (performance.now() - startedAt) / 1_000,
  };
}

async function inOperation(story: Story, rule: Parameters<typeof operate>[2], training: Parameters<typeof operate>[3]) {
  const { from, to } = PERIODS.operation;
  const flights = await readSchedule(new Date(from), new Date(to), story.options.share);
  const operation = await operate(story, flights, rule, training);
  const { predictions } = story.options;
  if (predictions) {
    const progress = new Progress('predictions');
    const written = await writePredictions(story, rule.endpointId, flights, predictions, (done) =>
      progress.to(done / flights.length),
    );
    progress.done(`${written.toLocaleString('en')} decisions in ${predictions}`);
  }
  return operation;
}
