import { Injectable } from '@nestjs/common';
import { DatasetPeer } from '../dataset/dataset.peer.js';
import { RunRepository } from '../run/run.repository.js';
import type { TrainingSet } from '../training-set/training-set.js';
import { TrainingSetPeer } from '../training-set/training-set.peer.js';
import type { StepContext } from './step-context.types.js';

/** One training set over all periods of the plan, pinned to the run. */
@Injectable()
export class TrainingSetStep {
  constructor(
    private readonly datasets: DatasetPeer,
    private readonly trainingSets: TrainingSetPeer,
    private readonly runs: RunRepository,
  ) {}

  async run({ run, pipeline, signal }: StepContext): Promise<TrainingSet> {
    const { plan } = run;
    const datasetVersionId = await this.datasets.newestVersion(run.workspace, pipeline.dataset);
    const span = { from: plan.train.from, to: plan.test.to };
    const set = await this.trainingSets.build(pipeline, datasetVersionId, span, plan.knownUntil, signal);
    const periods = Object.entries({ train: plan.train, calibrate: plan.calibrate, test: plan.test });
    const parameters = {
      ...Object.fromEntries(Object.entries(pipeline.trainer).map(([name, value]) => [name, String(value)])),
      ...Object.fromEntries(periods.map(([name, { from, to }]) => [name, `${from.toISOString()}/${to.toISOString()}`])),
      known_until: plan.knownUntil.toISOString(),
      dataset_version: datasetVersionId,
      feature_service: set.featureServiceId,
      features: String(set.features.length),
      ...(plan.permuteLabels ? { labels: 'permuted' } : {}),
    };
    await this.runs.pin(run.workspace, run.runId, { parameters, trainingSetIds: [set.id] });
    return set;
  }
}
