import { Injectable } from '@nestjs/common';
import type { ExportedModel } from '../model-version/model-version.js';
import { ModelVersionPeer } from '../model-version/model-version.peer.js';
import type { TrainingSet } from '../training-set/training-set.js';
import type { Decision } from './calibrate.step.js';
import type { Priced } from './price.step.js';
import type { StepContext } from './step-context.types.js';

/** Hands the version to the registry, with everything it rests on. */
@Injectable()
export class RegisterStep {
  constructor(private readonly models: ModelVersionPeer) {}

  run(
    { run, pipeline }: StepContext,
    set: TrainingSet,
    decision: Decision,
    exported: ExportedModel,
    priced: Priced,
  ): Promise<string> {
    return this.models.register(run.workspace, {
      modelId: pipeline.modelId,
      runId: run.runId,
      exported,
      parityRows: priced.parityRows,
      featureServiceId: set.featureServiceId,
      threshold: decision.threshold,
      metricContractId: decision.contract.id,
      evaluation: priced.evaluation,
      dayShocks: priced.shocks,
      incumbentVersionId: run.plan.incumbentVersionId,
      trainingSetIds: [set.id],
    });
  }
}
