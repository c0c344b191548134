import { Inject, Injectable } from '@nestjs/common';
import type { ObjectStore } from '#libs/objects';
import { inferenceDatatype, inspectModel, type GraphValue } from '#libs/onnx-model';
import { compileRule, RULE_THRESHOLD } from '#libs/rule-model';
import { OBJECTS } from '#libs/storage';
import { FeatureServicePeer } from '../feature-service/feature-service.peer.js';
import type { TensorSpec, VersionDraft } from './model-version.js';

/** What compiling a rule yields of a version. */
export type CompiledVersion = Pick<
  VersionDraft,
  'artifact' | 'inputs' | 'outputs' | 'threshold' | 'featureServiceId' | 'parityRows'
>;

const ONNX = 'application/onnx';

/** A named dimension is free: -1. */
function tensorSpec({ name, type, shape }: GraphValue): TensorSpec {
  return { name, datatype: inferenceDatatype(type), shape: shape.map((size) => (typeof size === 'number' ? size : -1)) };
}

/** Makes an ONNX artifact of a rule over the features of a service. */
@Injectable()
export class RuleArtifact {
  constructor(
    @Inject(OBJECTS) private readonly objects: ObjectStore,
    private readonly featureServices: FeatureServicePeer,
  ) {}

  /** @throws Problem `expression/…` naming the place in the rule, not-found for an unknown feature service */
  async compile(expression: string, featureService: string, workspace: string): Promise<CompiledVersion> {
    const { id, features } = await this.featureServices.get(featureService, workspace);
    const { model } = compileRule(expression, Object.fromEntries(features.map(({ name, type }) => [name, type])));
    const { inputs, outputs } = inspectModel(model);
    const { hash, sizeBytes } = await this.objects.put(workspace, model);
    return {
      artifact: { hash, sizeBytes, mediaType: ONNX },
      inputs: inputs.map(tensorSpec),
      outputs: outputs.map(tensorSpec),
      threshold: RULE_THRESHOLD,
      featureServiceId: id,
      parityRows: null,
    };
  }
}
