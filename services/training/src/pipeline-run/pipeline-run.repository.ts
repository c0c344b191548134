import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { pageOf, withPlatformScope, withWorkspace, type Page, type PageRequest } from '#libs/database';
import { Outbox } from '#libs/events';
import { newId } from '#libs/ids';
import { Problem } from '#libs/problem';
import { AuditTrail, once, type AuditEntry } from '#libs/storage';
import { tellChange } from '../live/tell-change.repository.js';
import type { Pipeline } from '../pipeline/pipeline.js';
import { endRun, type RunState } from '../run/run.js';
import { experimentMapping, runMapping } from '../run/run.mapping.js';
import { endPipelineRun, type Ending, type Outcome, type PipelineRun } from './pipeline-run.js';
import { pipelineRunMapping } from './pipeline-run.mapping.js';
import { endedToRecord } from './pipeline-run.proto.js';

/** Wakes whoever executes pipeline runs. */
export const PIPELINE_WORK = 'pipeline work';

const RUN_STATE_OF: Readonly<Record<Outcome, Exclude<RunState, 'running'>>> = {
  registered: 'finished',
  refused: 'finished',
  failed: 'failed',
  cancelled: 'cancelled',
};
type Actor = AuditEntry['viewer'];

@Injectable()
export class PipelineRunRepository {
  constructor(
    private readonly db: DataSource,
    private readonly outbox: Outbox,
    private readonly audit: AuditTrail,
  ) {}

  /** Stores a new pipeline run with its run; whoever executes finds it there. The same key answers the same run. */
  start(run: PipelineRun, pipeline: Pipeline, viewer: Actor, idempotencyKey: string | null): Promise<PipelineRun> {
    return withWorkspace(this.db, run.workspace, async (tx) => {
      const request = { pipelineId: pipeline.id, plan: run.plan };
      const { id } = await once(
        tx,
        { workspace: run.workspace, operation: 'startPipeline', key: idempotencyKey, request },
        async () => {
          await this.insert(tx, run, pipeline, viewer);
          return run.id;
        },
      );
      return tx.findOneByOrFail(pipelineRunMapping, { id });
    });
  }

  /** The same inside a transaction that handles an alert; an alert starts each pipeline once. */
  async startAtAlert(tx: EntityManager, run: PipelineRun, pipeline: Pipeline, viewer: Actor): Promise<void> {
    const known = await tx.existsBy(pipelineRunMapping, { pipelineId: pipeline.id, alertId: run.alertId! });
    if (!known) await this.insert(tx, run, pipeline, viewer);
  }

  private async insert(tx: EntityManager, run: PipelineRun, pipeline: Pipeline, viewer: Actor): Promise<void> {
    const { workspace, startedAt } = run;
    await tx.query(
      `insert into experiment (id, workspace, name, created_at) values ($1, $2, $3, $4) on conflict on constraint experiment_name do nothing`,
      [newId('experiment'), workspace, pipeline.name, startedAt],
    );
    const experiment = await tx.findOneByOrFail(experimentMapping, { name: pipeline.name });
    const parameters = Object.fromEntries(Object.entries(pipeline.trainer).map(([name, value]) => [name, String(value)]));
    await tx.insert(runMapping, {
      ...{ id: run.runId, workspace, experimentId: experiment.id, state: 'running', startedAt, endedAt: null },
      ...{ parameters, trainingSetIds: [] },
    });
    await tx.insert(pipelineRunMapping, { ...run } as object);
    await this.audit.record(tx, { viewer, action: 'start-pipeline', subjectKind: 'pipeline-run', subjectId: run.id, after: run });
    await tellChange(tx, PIPELINE_WORK);
  }

  /** Locks the run, lets `decide` change it, and tells its readers. */
  change(workspace: string, id: string, decide: (current: PipelineRun) => PipelineRun): Promise<PipelineRun> {
    return withWorkspace(this.db, workspace, async (tx) => (await this.changeIn(tx, id, decide)).after);
  }

  requestCancel(
    workspace: string,
    id: string,
    viewer: Actor,
    decide: (current: PipelineRun) => PipelineRun,
  ): Promise<PipelineRun> {
    return withWorkspace(this.db, workspace, async (tx) => {
      const { before, after } = await this.changeIn(tx, id, decide);
      await this.audit.record(tx, {
        viewer,
        action: 'cancel-pipeline',
        subjectKind: 'pipeline-run',
        subjectId: id,
        before,
        after,
      });
      await tellChange(tx, PIPELINE_WORK);
      return after;
    });
  }

  /** Ends pipeline run and run with their event, in one transaction; a run that ended before stays as it is. */
  end(workspace: string, id: string, viewer: Actor, ending: Ending): Promise<PipelineRun> {
    return withWorkspace(this.db, workspace, async (tx) => {
      const now = new Date();
      const { before, after } = await this.changeIn(tx, id, (current) => endPipelineRun(current, ending, now));
      if (before.state !== 'running') return after;
      const run = await tx.findOneOrFail(runMapping, { where: { id: after.runId }, lock: { mode: 'pessimistic_write' } });
      const ended = endRun(run, RUN_STATE_OF[ending.outcome], now);
      await tx.update(runMapping, { id: run.id }, { state: ended.state, endedAt: ended.endedAt });
      await this.outbox.append(tx, endedToRecord({ ...after, state: ending.outcome, endedAt: now }));
      await this.audit.record(tx, {
        viewer,
        action: `end-pipeline-${ending.outcome}`,
        subjectKind: 'pipeline-run',
        subjectId: id,
        reason: ending.reason ?? '',
        before,
        after,
      });
      await tellChange(tx, run.id);
      return after;
    });
  }

  private async changeIn(
    tx: EntityManager,
    id: string,
    decide: (current: PipelineRun) => PipelineRun,
  ): Promise<{ readonly before: PipelineRun; readonly after: PipelineRun }> {
    const before = await tx.findOne(pipelineRunMapping, { where: { id }, lock: { mode: 'pessimistic_write' } });
    if (!before) throw absent(id);
    const decided = decide(before);
    if (decided === before) return { before, after: before };
    const after = { ...decided, revision: before.revision + 1 };
    await tx.save(pipelineRunMapping, { ...after });
    await tellChange(tx, id);
    return { before, after };
  }

  async get(workspace: string, id: string): Promise<PipelineRun> {
    const run = await this.find(workspace, id);
    if (!run) throw absent(id);
    return run;
  }

  find(workspace: string, id: string): Promise<PipelineRun | null> {
    return withWorkspace(this.db, workspace, (tx) => tx.findOneBy(pipelineRunMapping, { id }));
  }

  list({ workspace, id }: Pipeline, page: PageRequest): Promise<Page<PipelineRun>> {
    return withWorkspace(this.db, workspace, (tx) => {
      const runs = tx.createQueryBuilder(pipelineRunMapping, 'run').where('run.pipeline_id = :id', { id });
      return pageOf(runs, { keys: ['startedAt', 'id'], direction: 'descending' }, page);
    });
  }

  /** What is to be executed, of all workspaces, oldest first; for the one replica that executes. */
  open(limit: number): Promise<readonly Pick<PipelineRun, 'id' | 'workspace' | 'cancelRequested'>[]> {
    return withPlatformScope(this.db, (tx) =>
      tx.find(pipelineRunMapping, {
        select: { id: true, workspace: true, cancelRequested: true },
        where: { state: 'running' },
        order: { startedAt: 'ASC' },
        take: limit,
      }),
    );
  }
}

function absent(id: string): Problem {
  return new Problem('not-found', 'training/pipeline-run', `no pipeline run ${id}`, { id });
}
