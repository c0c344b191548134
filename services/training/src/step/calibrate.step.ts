import { Inject, Injectable } from '@nestjs/common';
import type { Calibration } from '#libs/calibration';
import type { ObjectStore } from '#libs/objects';
import { OBJECTS } from '#libs/storage';
import { runOnThread } from '../compute/trainer.thread.js';
import type { MetricContract } from '../metric-contract/metric-contract.js';
import { MetricContractPeer } from '../metric-contract/metric-contract.peer.js';
import { ModelVersionPeer } from '../model-version/model-version.peer.js';
import { TrainingRowsReader } from '../rows/training-rows.reader.js';
import type { ObjectReference } from '../run/run.js';
import { RunRepository } from '../run/run.repository.js';
import type { TrainingSet } from '../training-set/training-set.js';
import { readText } from './object-text.reader.js';
import { permutationOf, type StepContext } from './step-context.types.js';
import { StepResults } from './step-result.repository.js';

/** How a score becomes a decision. */
export interface Decision {
  readonly contract: MetricContract;
  readonly calibration: Calibration;
  readonly threshold: number;
}

/** Calibrates on rows the trees did not see, and sets the threshold from what decisions are worth. */
@Injectable()
export class CalibrateStep {
  constructor(
    @Inject(OBJECTS) private readonly objects: ObjectStore,
    private readonly models: ModelVersionPeer,
    private readonly contracts: MetricContractPeer,
    private readonly rows: TrainingRowsReader,
    private readonly runs: RunRepository,
    private readonly results: StepResults,
  ) {}

  async run(context: StepContext, set: TrainingSet, model: ObjectReference): Promise<Decision> {
    const { workspace, plan, runId } = context.run;
    const { useCaseId } = await this.models.model(workspace, context.pipeline.modelId);
    const contract = await this.contracts.inForce(workspace, useCaseId);
    const inputs = {
      set: set.object.hash,
      model: model.hash,
      calibrate: plan.calibrate,
      payoffs: contract.payoffs,
      permuted: permutationOf(context) ?? null,
    };
    const fitted = await this.results.once(workspace, 'calibrate', inputs, async () => {
      const { rows } = await this.rows.read(workspace, set, plan.calibrate, {
        signal: context.signal,
        permuteBy: permutationOf(context),
      });
      const text = await readText(this.objects, workspace, model);
      return runOnThread('calibrate', { model: text, rows, payoffs: contract.payoffs }, context);
    });
    const at = new Date();
    await this.runs.log(workspace, runId, [
      { name: 'calibration_log_loss', step: 0, value: fitted.logLoss, at },
      { name: 'threshold', step: 0, value: fitted.threshold, at },
      { name: 'threshold_best_on_calibration_rows', step: 0, value: fitted.empiricalThreshold, at },
    ]);
    return { contract, calibration: fitted.calibration, threshold: fitted.threshold };
  }
}
