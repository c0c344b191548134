import { Injectable } from '@nestjs/common';
import type { Page, PageRequest } from '#libs/database';
import type { Viewer } from '#libs/identity';
import { Problem } from '#libs/problem';
import type { Model } from '../model/model.js';
import { ModelRepository } from '../model/model.repository.js';
import { parseReference, type ModelVersion, type VersionDraft } from './model-version.js';
import { ModelVersionRepository } from './model-version.repository.js';
import { RuleArtifact } from './rule.artifact.js';

/** A version with the model it belongs to, as other services see it. */
export interface VersionOfModel {
  readonly version: ModelVersion;
  readonly model: Model;
}

@Injectable()
export class ModelVersionService {
  constructor(
    private readonly versions: ModelVersionRepository,
    private readonly models: ModelRepository,
    private readonly rules: RuleArtifact,
  ) {}

  /** Registers what a training run made. */
  async register(draft: VersionDraft, viewer: Viewer): Promise<VersionOfModel> {
    const model = await this.model(draft.workspace, draft.modelId);
    return { version: await this.versions.register(draft, viewer), model };
  }

  /** Compiles a rule to ONNX and registers it as a version like any other; it acts where its expression is true. */
  async createRule(
    input: { readonly modelId: string; readonly expression: string; readonly featureService: string },
    viewer: Viewer,
  ): Promise<ModelVersion> {
    const model = await this.model(viewer.workspace, input.modelId);
    const compiled = await this.rules.compile(input.expression, input.featureService, viewer.workspace);
    const draft: VersionDraft = {
      ...compiled,
      workspace: viewer.workspace,
      modelId: model.id,
      kind: 'rule',
      expression: input.expression,
      threshold: 0.5, // a rule answers 0 or 1
      runId: null,
      metricContractId: null,
      evaluation: null,
      trainingSetIds: [],
    };
    return this.versions.register(draft, viewer);
  }

  async get(workspace: string, id: string): Promise<ModelVersion> {
    const version = await this.versions.find(workspace, id);
    if (!version) throw new Problem('not-found', 'registry/model-version', `no model version ${id}`, { id });
    return version;
  }

  find(workspace: string, id: string): Promise<ModelVersion | null> {
    return this.versions.find(workspace, id);
  }

  async withModel(workspace: string, id: string): Promise<VersionOfModel> {
    const version = await this.get(workspace, id);
    return { version, model: await this.model(workspace, version.modelId) };
  }

  /** Resolves `name`, `name@alias` or `name:number`. */
  async resolve(workspace: string, text: string): Promise<VersionOfModel> {
    const reference = parseReference(text);
    const version = await this.versions.resolve(workspace, reference);
    if (version) return { version, model: await this.model(workspace, version.modelId) };
    if (!(await this.models.find(workspace, { name: reference.name })))
      throw new Problem('not-found', 'registry/model', `no model ${reference.name}`, { name: reference.name });
    if (reference.number !== undefined)
      throw new Problem('not-found', 'registry/model-version', `no version ${text}`, { reference: text });
    throw new Problem('conflict', 'registry/alias-not-set', `${text} names no version yet`, { reference: text });
  }

  list({ workspace, id }: Model, page: PageRequest): Promise<Page<ModelVersion>> {
    return this.versions.list(workspace, id, page);
  }

  async model(workspace: string, id: string): Promise<Model> {
    const model = await this.models.find(workspace, { id });
    if (!model) throw new Problem('not-found', 'registry/model', `no model ${id}`, { id });
    return model;
  }
}
