import { Injectable } from '@nestjs/common';
import type { Viewer } from '#libs/identity';
import { newId } from '#libs/ids';
import { Problem } from '#libs/problem';
import { MetricContractPeer } from '../metric-contract/metric-contract.peer.js';
import type { Model } from './model.js';
import { ModelRepository } from './model.repository.js';

export interface ModelDraft {
  readonly name: string;
  readonly description: string;
  readonly useCaseId: string;
  readonly idempotencyKey: string | null;
}

const NAME = /^[a-z][a-z0-9-]{0,62}$/; // it stands in inference calls: name, name@alias, name:number

@Injectable()
export class ModelService {
  constructor(
    private readonly models: ModelRepository,
    private readonly contracts: MetricContractPeer,
  ) {}

  /** A model is created for a use case whose value is agreed: without a contract in force nobody could say whether it is good. */
  async create({ name, description, useCaseId, idempotencyKey }: ModelDraft, viewer: Viewer): Promise<Model> {
    if (!NAME.test(name))
      throw new Problem(
        'invalid',
        'registry/model-name',
        'a model name is lower case, digits and dashes, at most 63 characters',
        { name },
      );
    await this.contracts.inForce(useCaseId, viewer.workspace);
    const model = { id: newId('model'), workspace: viewer.workspace, name, description, useCaseId, createdAt: new Date() };
    return this.models.create(model, viewer, idempotencyKey);
  }

  async get(workspace: string, id: string): Promise<Model> {
    const model = await this.models.find(workspace, { id });
    if (!model) throw new Problem('not-found', 'registry/model', `no model ${id}`, { id });
    return model;
  }

  findByName(workspace: string, name: string): Promise<Model | null> {
    return this.models.find(workspace, { name });
  }
}
