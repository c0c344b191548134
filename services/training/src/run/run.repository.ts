import { Injectable } from '@nestjs/common';
import { DataSource, In, MoreThan } from 'typeorm';
import { pageOf, withWorkspace, type Page, type PageRequest } from '#libs/database';
import { tellChange } from '../live/tell-change.repository.js';
import type { Artifact, Experiment, MetricPoint, Run } from './run.js';
import { artifactMapping, experimentMapping, metricPointMapping, runMapping, type StoredMetricPoint } from './run.mapping.js';

/** Metric points of one insert. */
const CHUNK = 500;

/** Metric points in the order they were logged. */
export interface LoggedPoints {
  readonly points: readonly StoredMetricPoint[];
  readonly ended: boolean;
}

@Injectable()
export class RunRepository {
  constructor(private readonly db: DataSource) {}

  find(workspace: string, id: string): Promise<Run | null> {
    return withWorkspace(this.db, workspace, (tx) => tx.findOneBy(runMapping, { id }));
  }

  findAll(workspace: string, ids: readonly string[]): Promise<readonly Run[]> {
    return withWorkspace(this.db, workspace, (tx) => tx.findBy(runMapping, { id: In([...ids]) }));
  }

  findExperiment(workspace: string, where: { readonly id: string } | { readonly name: string }): Promise<Experiment | null> {
    return withWorkspace(this.db, workspace, (tx) => tx.findOneBy(experimentMapping, where));
  }

  list({ workspace, id }: Experiment, page: PageRequest): Promise<Page<Run>> {
    return withWorkspace(this.db, workspace, (tx) => {
      const runs = tx.createQueryBuilder(runMapping, 'run').where('run.experiment_id = :id', { id });
      return pageOf(runs, { keys: ['startedAt', 'id'], direction: 'descending' }, page);
    });
  }

  /** Pins what the run rests on. */
  pin(workspace: string, id: string, pinned: Partial<Pick<Run, 'parameters' | 'trainingSetIds'>>): Promise<void> {
    return withWorkspace(this.db, workspace, async (tx) => {
      await tx.update(runMapping, { id }, { ...pinned } as object);
      await tellChange(tx, id);
    });
  }

  /** Keeps metric points; a point logged again, after a crash, replaces itself. */
  log(workspace: string, runId: string, points: readonly MetricPoint[]): Promise<void> {
    return withWorkspace(this.db, workspace, async (tx) => {
      for (let i = 0; i < points.length; i += CHUNK) {
        const rows = points.slice(i, i + CHUNK).map(({ name, step, value, at }) => ({ name, step, value, at, workspace, runId }));
        await tx.upsert(metricPointMapping, rows, ['runId', 'name', 'step']);
      }
      await tellChange(tx, runId);
    });
  }

  keep(workspace: string, runId: string, artifact: Artifact): Promise<void> {
    return withWorkspace(this.db, workspace, async (tx) => {
      await tx.upsert(artifactMapping, { ...artifact, workspace, runId }, ['runId', 'name']);
    });
  }

  /** The last value of each metric. */
  lastMetrics(workspace: string, runId: string): Promise<readonly MetricPoint[]> {
    return withWorkspace(this.db, workspace, (tx) =>
      tx
        .createQueryBuilder(metricPointMapping, 'point')
        .distinctOn(['point.name'])
        .where('point.run_id = :runId', { runId })
        .orderBy('point.name')
        .addOrderBy('point.step', 'DESC')
        .getMany(),
    );
  }

  /** Points of one metric behind a step, by growing step. */
  history(workspace: string, runId: string, name: string, afterStep: number, limit: number): Promise<readonly MetricPoint[]> {
    return withWorkspace(this.db, workspace, (tx) =>
      tx.find(metricPointMapping, { where: { runId, name, step: MoreThan(afterStep) }, order: { step: 'ASC' }, take: limit }),
    );
  }

  /** Points of all metrics behind a place in the order of logging, and whether the run had ended before they were read. */
  loggedAfter(workspace: string, runId: string, place: number, afterStep: number, limit: number): Promise<LoggedPoints> {
    return withWorkspace(this.db, workspace, async (tx) => {
      const run = await tx.findOneBy(runMapping, { id: runId });
      const where = { runId, step: MoreThan(afterStep), position: MoreThan(place) };
      const points = await tx.find(metricPointMapping, { where, order: { position: 'ASC' }, take: limit });
      return { points, ended: run?.state !== 'running' && points.length < limit };
    });
  }

  artifacts(workspace: string, runId: string): Promise<readonly Artifact[]> {
    return withWorkspace(this.db, workspace, (tx) => tx.find(artifactMapping, { where: { runId }, order: { name: 'ASC' } }));
  }
}
