import { Inject, Injectable } from '@nestjs/common';
import type { ObjectStore } from '#libs/objects';
import { inferenceDatatype, inspectModel, type GraphValue } from '#libs/onnx-model';
import { OBJECTS } from '#libs/storage';
import { runOnThread } from '../compute/trainer.thread.js';
import type { ExportedModel, TensorSpec } from '../model-version/model-version.js';
import { ModelVersionPeer } from '../model-version/model-version.peer.js';
import type { ObjectReference } from '../run/run.js';
import { RunRepository } from '../run/run.repository.js';
import type { Decision } from './calibrate.step.js';
import { readText } from './object-text.reader.js';
import type { StepContext } from './step-context.types.js';

/** One ONNX file: target rates, trees and calibration. */
@Injectable()
export class ExportStep {
  constructor(
    @Inject(OBJECTS) private readonly objects: ObjectStore,
    private readonly models: ModelVersionPeer,
    private readonly runs: RunRepository,
  ) {}

  async run(
    { run, pipeline, signal }: StepContext,
    model: ObjectReference,
    { calibration, threshold }: Decision,
  ): Promise<ExportedModel> {
    const { name } = await this.models.model(run.workspace, pipeline.modelId);
    const text = await readText(this.objects, run.workspace, model);
    // Nothing of this run in the file: the same model exported again is the same object.
    const metadata = { 'millrace.pipeline': pipeline.name };
    const bytes = await runOnThread('export', { name, model: text, calibration, threshold, metadata }, { signal });
    const artifact = { ...(await this.objects.put(run.workspace, bytes, { signal })), mediaType: 'application/onnx' };
    await this.runs.keep(run.workspace, run.runId, { name: 'model.onnx', ...artifact });
    const { inputs, outputs } = inspectModel(bytes);
    return { artifact, inputs: inputs.map(specOf), outputs: outputs.map(specOf) };
  }
}

function specOf({ name, type, shape }: GraphValue): TensorSpec {
  return { name, datatype: inferenceDatatype(type), shape: shape.map((size) => (typeof size === 'string' ? -1 : size)) };
}
