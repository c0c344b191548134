import { Injectable } from '@nestjs/common';
import type { Page, PageRequest } from '#libs/database';
import { Problem } from '#libs/problem';
import { Changes } from '../live/changes.listener.js';
import { LiveQuery } from '../live/live-query.js';
import type { Artifact, Experiment, MetricPoint, Run } from './run.js';
import { RunRepository } from './run.repository.js';

const LOOK_LIMIT = 500;
const LOOK_AGAIN_MS = 1_000;
const MAX_HISTORY = 10_000;

@Injectable()
export class RunService {
  constructor(
    private readonly runs: RunRepository,
    private readonly changes: Changes,
  ) {}

  find(workspace: string, id: string): Promise<Run | null> {
    return this.runs.find(workspace, id);
  }

  async get(workspace: string, id: string): Promise<Run> {
    const run = await this.runs.find(workspace, id);
    if (!run) throw new Problem('not-found', 'training/run', `no run ${id}`, { id });
    return run;
  }

  findExperiment(workspace: string, name: string): Promise<Experiment | null> {
    return this.runs.findExperiment(workspace, { name });
  }

  async getExperiment(workspace: string, id: string): Promise<Experiment> {
    const experiment = await this.runs.findExperiment(workspace, { id });
    if (!experiment) throw new Problem('not-found', 'training/experiment', `no experiment ${id}`, { id });
    return experiment;
  }

  list(experiment: Experiment, page: PageRequest): Promise<Page<Run>> {
    return this.runs.list(experiment, page);
  }

  lastMetrics({ workspace, id }: Run): Promise<readonly MetricPoint[]> {
    return this.runs.lastMetrics(workspace, id);
  }

  history({ workspace, id }: Run, name: string, afterStep: number, limit: number): Promise<readonly MetricPoint[]> {
    if (!(limit >= 0 && limit <= MAX_HISTORY)) {
      throw new Problem('invalid', 'page/first', `first must be a whole number from 0 to ${MAX_HISTORY}`, {
        maximum: MAX_HISTORY,
      });
    }
    return this.runs.history(workspace, id, name, afterStep, limit);
  }

  artifacts({ workspace, id }: Run): Promise<readonly Artifact[]> {
    return this.runs.artifacts(workspace, id);
  }

  /** Metric points in the order they are logged, those logged already first, until the run has ended. */
  async follow(workspace: string, id: string, afterStep: number): Promise<LiveQuery<MetricPoint>> {
    await this.get(workspace, id);
    let place = 0;
    return new LiveQuery({
      look: async () => {
        const { points, ended } = await this.runs.loggedAfter(workspace, id, place, afterStep, LOOK_LIMIT);
        place = points.at(-1)?.position ?? place;
        return { items: points, ended };
      },
      wait: (signal) => this.changes.wait(id, LOOK_AGAIN_MS, signal),
    });
  }
}
