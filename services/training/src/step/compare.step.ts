import { Inject, Injectable } from '@nestjs/common';
import type { ObjectStore } from '#libs/objects';
import { OBJECTS } from '#libs/storage';
import { runOnThread } from '../compute/trainer.thread.js';
import type { VersionComparison } from '../evaluation/comparison.js';
import { ExportedModelSession } from '../model-version/exported-model.session.js';
import type { ExportedModel } from '../model-version/model-version.js';
import { ModelVersionPeer } from '../model-version/model-version.peer.js';
import { PipelineRunRepository } from '../pipeline-run/pipeline-run.repository.js';
import { TrainingRowsReader, type PeriodRows } from '../rows/training-rows.reader.js';
import type { TrainingSet } from '../training-set/training-set.js';
import type { Decision } from './calibrate.step.js';
import type { StepContext } from './step-context.types.js';

/** The new version against the one in operation, both as exported, on the same rows that neither was trained on. */
@Injectable()
export class CompareStep {
  constructor(
    @Inject(OBJECTS) private readonly objects: ObjectStore,
    private readonly models: ModelVersionPeer,
    private readonly rows: TrainingRowsReader,
    private readonly runs: PipelineRunRepository,
  ) {}

  async run(context: StepContext, set: TrainingSet, decision: Decision, { artifact }: ExportedModel): Promise<VersionComparison> {
    const { run, pipeline, signal } = context;
    const incumbent = await this.models.version(run.workspace, run.plan.incumbentVersionId!);
    const test = await this.rows.read(run.workspace, set, run.plan.test, { signal });
    const forecastOf = async (versionId: string, hash: string, sizeBytes: number, threshold: number) => ({
      ...{ versionId, threshold },
      probabilities: await this.probabilities(run.workspace, hash, sizeBytes, test, signal),
    });
    const comparison = await runOnThread(
      'compare',
      {
        rows: { moments: test.rows.moments, outcomes: test.rows.labels },
        challenger: await forecastOf('', artifact.hash, artifact.sizeBytes, decision.threshold),
        incumbent: await forecastOf(incumbent.id, incumbent.artifact.hash, incumbent.artifact.sizeBytes, incumbent.threshold),
        ...{ payoffs: decision.contract.payoffs, period: run.plan.test, seed: pipeline.trainer.seed },
      },
      { signal },
    );
    await this.runs.change(run.workspace, run.id, (current) => ({ ...current, comparison }));
    return comparison;
  }

  private async probabilities(
    workspace: string,
    hash: string,
    sizeBytes: number,
    { exact, rows }: PeriodRows,
    signal: AbortSignal,
  ): Promise<Float64Array> {
    const bytes = await this.objects.bytes(workspace, hash, { verify: true, maxBytes: sizeBytes });
    await using session = await ExportedModelSession.open(hash, bytes);
    return await session.probabilities(exact, rows.count, signal);
  }
}
