import { Inject, Injectable } from '@nestjs/common';
import type { TreeProgress } from '#libs/boosting';
import type { ObjectStore } from '#libs/objects';
import { OBJECTS } from '#libs/storage';
import { runOnThread } from '../compute/trainer.thread.js';
import type { TrainingEnv } from '../env.js';
import { TrainingRowsReader } from '../rows/training-rows.reader.js';
import type { MetricPoint, ObjectReference } from '../run/run.js';
import { RunRepository } from '../run/run.repository.js';
import { ENV } from '../tokens.js';
import type { TrainingSet } from '../training-set/training-set.js';
import { MetricLog } from './metric-log.js';
import { permutationOf, type StepContext } from './step-context.types.js';
import { StepResults } from './step-result.repository.js';

/** The trees, as JSON in the object store. */
export interface TrainedModel {
  readonly model: ObjectReference;
  readonly history: readonly TreeProgress[];
}

/** Grows the trees on the training period, logging both losses after each. */
@Injectable()
export class TrainStep {
  constructor(
    @Inject(ENV) private readonly env: TrainingEnv,
    @Inject(OBJECTS) private readonly objects: ObjectStore,
    private readonly rows: TrainingRowsReader,
    private readonly runs: RunRepository,
    private readonly results: StepResults,
  ) {}

  async run(context: StepContext, set: TrainingSet): Promise<ObjectReference> {
    const { workspace, plan, runId } = context.run;
    const inputs = {
      set: set.object.hash,
      features: set.features,
      train: plan.train,
      calibrate: plan.calibrate,
      trainer: context.pipeline.trainer,
      permuted: plan.permuteLabels,
    };
    const log = new MetricLog((points) => this.runs.log(workspace, runId, points));
    let grown = false;
    const { model, history } = await this.results.once(workspace, 'train', inputs, () => {
      grown = true;
      return this.grow(context, set, log);
    });
    if (!grown) log.add(history.flatMap(pointsOf)); // the losses belong to this run too
    await log.close();
    await this.runs.keep(workspace, runId, { name: 'model.json', ...model });
    return model;
  }

  private async grow(context: StepContext, set: TrainingSet, log: MetricLog): Promise<TrainedModel> {
    const { run, pipeline, signal, report } = context;
    const options = { signal, permuteBy: permutationOf(context) };
    const training = await this.rows.read(run.workspace, set, run.plan.train, options);
    const validation = await this.rows.read(run.workspace, set, run.plan.calibrate, options);
    const history: TreeProgress[] = [];
    const onTree = (progress: TreeProgress): void => {
      history.push(progress);
      log.add(pointsOf(progress));
      report(progress.tree / pipeline.trainer.trees);
    };
    const input = {
      training: training.rows,
      validation: validation.rows,
      trainer: pipeline.trainer,
      threads: this.env.TRAINING_THREADS,
    };
    const { model } = await runOnThread('train', input, { signal, onTree });
    const head = await this.objects.put(run.workspace, Buffer.from(model), { signal });
    return { model: { ...head, mediaType: 'application/json' }, history };
  }
}

function pointsOf({ tree, trainingLogLoss, validationLogLoss }: TreeProgress): readonly MetricPoint[] {
  const at = new Date();
  return [
    { name: 'training_log_loss', step: tree, value: trainingLogLoss, at },
    ...(validationLogLoss === undefined ? [] : [{ name: 'validation_log_loss', step: tree, value: validationLogLoss, at }]),
  ];
}
