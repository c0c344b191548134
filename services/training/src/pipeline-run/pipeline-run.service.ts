import { Injectable } from '@nestjs/common';
import type { Page, PageRequest } from '#libs/database';
import type { Viewer } from '#libs/identity';
import { Changes } from '../live/changes.listener.js';
import { LiveQuery } from '../live/live-query.js';
import type { Pipeline } from '../pipeline/pipeline.js';
import { PipelineRepository } from '../pipeline/pipeline.repository.js';
import { newPipelineRun } from './pipeline-run.draft.js';
import { requestCancel, type PipelineRun } from './pipeline-run.js';
import { PipelineRunRepository } from './pipeline-run.repository.js';
import { checkPlan, type TrainingPlan } from './plan.js';

const LOOK_AGAIN_MS = 1_000;

@Injectable()
export class PipelineRunService {
  constructor(
    private readonly runs: PipelineRunRepository,
    private readonly pipelines: PipelineRepository,
    private readonly changes: Changes,
  ) {}

  async start(pipelineId: string, plan: TrainingPlan, viewer: Viewer, idempotencyKey: string | null): Promise<PipelineRun> {
    checkPlan(plan);
    const pipeline = await this.pipelines.get(viewer.workspace, pipelineId);
    return this.runs.start(newPipelineRun(pipeline, plan, null), pipeline, viewer, idempotencyKey);
  }

  cancel(id: string, viewer: Viewer): Promise<PipelineRun> {
    return this.runs.requestCancel(viewer.workspace, id, viewer, requestCancel);
  }

  find(workspace: string, id: string): Promise<PipelineRun | null> {
    return this.runs.find(workspace, id);
  }

  get(workspace: string, id: string): Promise<PipelineRun> {
    return this.runs.get(workspace, id);
  }

  list(pipeline: Pipeline, page: PageRequest): Promise<Page<PipelineRun>> {
    return this.runs.list(pipeline, page);
  }

  /** The run as it is now, and again after each change, until it has ended. */
  async follow(workspace: string, id: string): Promise<LiveQuery<PipelineRun>> {
    await this.runs.get(workspace, id);
    let seen = 0;
    return new LiveQuery({
      look: async () => {
        const run = await this.runs.get(workspace, id);
        const items = run.revision > seen ? [run] : [];
        seen = run.revision;
        return { items, ended: run.state !== 'running' };
      },
      wait: (signal) => this.changes.wait(id, LOOK_AGAIN_MS, signal),
    });
  }
}
