import { Inject, Injectable } from '@nestjs/common';
import type { ObjectStore } from '#libs/objects';
import { OBJECTS } from '#libs/storage';
import { actsOf } from '#libs/value';
import { runOnThread } from '../compute/trainer.thread.js';
import type { DayShocks, Evaluation } from '../evaluation/evaluation.js';
import { ExportedModelSession } from '../model-version/exported-model.session.js';
import type { RegisteredVersion } from '../model-version/model-version.js';
import { ModelVersionPeer } from '../model-version/model-version.peer.js';
import { ForecastFileWriter } from '../rows/forecast-file.writer.js';
import { TrainingRowsReader, type PeriodRows } from '../rows/training-rows.reader.js';
import type { ObjectReference } from '../run/run.js';
import { RunRepository } from '../run/run.repository.js';
import type { TrainingSet } from '../training-set/training-set.js';
import type { Decision } from './calibrate.step.js';
import { readText } from './object-text.reader.js';
import { pricedBeside } from '../pipeline-run/plan.js';
import { permutationOf, type StepContext } from './step-context.types.js';
import { StepResults } from './step-result.repository.js';

/** What a version is worth on untouched rows. */
export interface Priced {
  readonly evaluation: Evaluation;
  readonly shocks: DayShocks;
  readonly forecasts: ObjectReference;
  readonly parityRows: ObjectReference;
}

/** Prices the model on the test period against never, always and the versions that the plan names. */
@Injectable()
export class PriceStep {
  constructor(
    @Inject(OBJECTS) private readonly objects: ObjectStore,
    private readonly models: ModelVersionPeer,
    private readonly rows: TrainingRowsReader,
    private readonly files: ForecastFileWriter,
    private readonly runs: RunRepository,
    private readonly results: StepResults,
  ) {}

  async run(context: StepContext, set: TrainingSet, model: ObjectReference, decision: Decision): Promise<Priced> {
    const { workspace, plan, runId } = context.run;
    const versions = await Promise.all(pricedBeside(plan).map((id) => this.models.version(workspace, id)));
    const inputs = {
      ...{ set: set.object.hash, model: model.hash, calibration: decision.calibration, threshold: decision.threshold },
      ...{ payoffs: decision.contract.payoffs, calibrate: plan.calibrate, test: plan.test, seed: context.pipeline.trainer.seed },
      ...{
        permuted: permutationOf(context) ?? null,
        baselines: versions.map(({ id, artifact, threshold }) => [id, artifact.hash, threshold]),
      },
    };
    const priced = await this.results.once(workspace, 'price', inputs, () => this.price(context, set, model, decision, versions));
    const { auc, logLoss, brier, expectedCalibrationError } = priced.evaluation;
    const at = new Date();
    const measures = {
      test_auc: auc,
      test_log_loss: logLoss,
      test_brier: brier,
      test_calibration_error: expectedCalibrationError,
    };
    await this.runs.log(
      workspace,
      runId,
      Object.entries(measures).map(([name, value]) => ({ name, step: 0, value, at })),
    );
    await this.runs.keep(workspace, runId, { name: 'forecasts.parquet', ...priced.forecasts });
    await this.runs.keep(workspace, runId, { name: 'parity-rows.parquet', ...priced.parityRows });
    return priced;
  }

  private async price(
    context: StepContext,
    set: TrainingSet,
    model: ObjectReference,
    decision: Decision,
    versions: readonly RegisteredVersion[],
  ): Promise<Priced> {
    const { run, pipeline, signal, report } = context;
    const options = { signal, permuteBy: permutationOf(context) };
    const text = await readText(this.objects, run.workspace, model);
    const test = await this.rows.read(run.workspace, set, run.plan.test, options);
    const held = await this.rows.read(run.workspace, set, run.plan.calibrate, options);
    const forecast = await runOnThread(
      'forecast',
      { model: text, calibration: decision.calibration, rows: test.rows },
      { signal },
    );
    const heldForecast = await runOnThread(
      'forecast',
      { model: text, calibration: decision.calibration, rows: held.rows },
      { signal },
    );
    report(0.4);
    const baselines = [];
    for (const version of versions)
      baselines.push({ baseline: version.id, acts: await this.actsOf(run.workspace, version, test, signal) });
    report(0.6);
    const terms = {
      payoffs: decision.contract.payoffs,
      threshold: decision.threshold,
      period: run.plan.test,
      baselines,
      seed: pipeline.trainer.seed,
    };
    const calibration = { ...outcomesOf(held), probabilities: heldForecast.probabilities };
    const priced = await runOnThread(
      'price',
      { rows: outcomesOf(test), probabilities: forecast.probabilities, terms, calibration },
      { signal },
    );
    const files = await this.files.write(
      run.workspace,
      set,
      { places: test.places, probabilities: forecast.probabilities },
      signal,
    );
    return { ...priced, ...files };
  }

  /** What another version would have done with the rows. */
  private async actsOf(
    workspace: string,
    { artifact, threshold }: RegisteredVersion,
    { exact, rows }: PeriodRows,
    signal: AbortSignal,
  ): Promise<Uint8Array> {
    const bytes = await this.objects.bytes(workspace, artifact.hash, { verify: true, maxBytes: artifact.sizeBytes });
    await using session = await ExportedModelSession.open(artifact.hash, bytes);
    return actsOf({ kind: 'threshold', threshold }, await session.probabilities(exact, rows.count, signal));
  }
}

function outcomesOf({ rows }: PeriodRows): { readonly moments: Float64Array; readonly outcomes: Uint8Array } {
  return { moments: rows.moments, outcomes: rows.labels };
}
