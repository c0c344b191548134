import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { withWorkspace } from '#libs/database';
import type { Viewer } from '#libs/identity';
import { Problem } from '#libs/problem';
import { AuditTrail } from '#libs/storage';
import type { Pipeline } from './pipeline.js';
import { pipelineMapping } from './pipeline.mapping.js';

@Injectable()
export class PipelineRepository {
  constructor(
    private readonly db: DataSource,
    private readonly audit: AuditTrail,
  ) {}

  create(pipeline: Pipeline, viewer: Viewer): Promise<Pipeline> {
    const { id, workspace, name } = pipeline;
    return withWorkspace(
      this.db,
      workspace,
      async (tx) => {
        await tx.insert(pipelineMapping, { ...pipeline } as object);
        await this.audit.record(tx, {
          viewer,
          action: 'create-pipeline',
          subjectKind: 'pipeline',
          subjectId: id,
          after: pipeline,
        });
        return pipeline;
      },
      { pipeline_name: () => new Problem('conflict', 'training/pipeline-name', `a pipeline named ${name} exists`, { name }) },
    );
  }

  /** Locks the pipeline, lets `decide` change it, and stores it with its audit record. */
  change(
    workspace: string,
    id: string,
    viewer: Viewer,
    action: string,
    decide: (current: Pipeline) => Pipeline,
  ): Promise<Pipeline> {
    return withWorkspace(this.db, workspace, async (tx) => {
      const before = await tx.findOne(pipelineMapping, { where: { id }, lock: { mode: 'pessimistic_write' } });
      if (!before) throw absent(id);
      const after = decide(before);
      await tx.save(pipelineMapping, { ...after });
      await this.audit.record(tx, { viewer, action, subjectKind: 'pipeline', subjectId: id, before, after });
      return after;
    });
  }

  async get(workspace: string, id: string): Promise<Pipeline> {
    const pipeline = await withWorkspace(this.db, workspace, (tx) => tx.findOneBy(pipelineMapping, { id }));
    if (!pipeline) throw absent(id);
    return pipeline;
  }

  findByName(workspace: string, name: string): Promise<Pipeline | null> {
    return withWorkspace(this.db, workspace, (tx) => tx.findOneBy(pipelineMapping, { name }));
  }
}

function absent(id: string): Problem {
  return new Problem('not-found', 'training/pipeline', `no pipeline ${id}`, { id });
}
