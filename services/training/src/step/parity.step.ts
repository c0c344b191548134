import { Inject, Injectable } from '@nestjs/common';
import type { ObjectStore } from '#libs/objects';
import { Problem } from '#libs/problem';
import { OBJECTS } from '#libs/storage';
import { runOnThread } from '../compute/trainer.thread.js';
import { largestDifference, PARITY_LIMIT } from '../evaluation/parity.js';
import { ExportedModelSession } from '../model-version/exported-model.session.js';
import type { ExportedModel } from '../model-version/model-version.js';
import { TrainingRowsReader } from '../rows/training-rows.reader.js';
import type { ObjectReference } from '../run/run.js';
import { RunRepository } from '../run/run.repository.js';
import type { TrainingSet } from '../training-set/training-set.js';
import type { Decision } from './calibrate.step.js';
import { readText } from './object-text.reader.js';
import type { StepContext } from './step-context.types.js';

/** The exported file must answer as the trained model, on every test row, missing values included. */
@Injectable()
export class ParityStep {
  constructor(
    @Inject(OBJECTS) private readonly objects: ObjectStore,
    private readonly rows: TrainingRowsReader,
    private readonly runs: RunRepository,
  ) {}

  /** @throws Problem conflict `training/parity` */
  async run(
    { run, signal }: StepContext,
    set: TrainingSet,
    model: ObjectReference,
    { calibration }: Decision,
    { artifact }: ExportedModel,
  ): Promise<number> {
    const { rows, exact } = await this.rows.read(run.workspace, set, run.plan.test, { signal });
    const text = await readText(this.objects, run.workspace, model);
    const trained = await runOnThread('forecast', { model: text, calibration, rows }, { signal });
    const bytes = await this.objects.bytes(run.workspace, artifact.hash, { verify: true, maxBytes: artifact.sizeBytes });
    await using session = await ExportedModelSession.open(artifact.hash, bytes);
    const difference = largestDifference(trained.probabilities, await session.probabilities(exact, rows.count, signal));
    await this.runs.log(run.workspace, run.runId, [{ name: 'parity_difference', step: 0, value: difference, at: new Date() }]);
    if (difference <= PARITY_LIMIT) return difference;
    const facts = { difference, limit: PARITY_LIMIT, rows: rows.count };
    throw new Problem('conflict', 'training/parity', 'the exported file answers otherwise than the trained model', facts);
  }
}
