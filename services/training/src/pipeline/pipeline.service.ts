import { Injectable } from '@nestjs/common';
import type { Viewer } from '#libs/identity';
import { newId } from '#libs/ids';
import { ModelVersionPeer } from '../model-version/model-version.peer.js';
import { checkPipeline, checkTrigger, type Pipeline, type RetrainingTrigger } from './pipeline.js';
import { PipelineRepository } from './pipeline.repository.js';

export type PipelineDraft = Omit<Pipeline, 'id' | 'workspace' | 'trigger' | 'createdAt'>;

@Injectable()
export class PipelineService {
  constructor(
    private readonly pipelines: PipelineRepository,
    private readonly models: ModelVersionPeer,
  ) {}

  async create(draft: PipelineDraft, viewer: Viewer): Promise<Pipeline> {
    checkPipeline(draft);
    await this.models.model(viewer.workspace, draft.modelId); // a pipeline to an unknown model would fail after all its work
    const pipeline = { ...draft, id: newId('pipeline'), workspace: viewer.workspace, trigger: null, createdAt: new Date() };
    return this.pipelines.create(pipeline, viewer);
  }

  setTrigger(pipelineId: string, trigger: RetrainingTrigger, viewer: Viewer): Promise<Pipeline> {
    checkTrigger(trigger);
    return this.pipelines.change(viewer.workspace, pipelineId, viewer, 'set-retraining-trigger', (current) => ({
      ...current,
      trigger,
    }));
  }

  get(workspace: string, id: string): Promise<Pipeline> {
    return this.pipelines.get(workspace, id);
  }

  findByName(workspace: string, name: string): Promise<Pipeline | null> {
    return this.pipelines.findByName(workspace, name);
  }
}
