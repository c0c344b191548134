import { Injectable } from '@nestjs/common';
import type { Viewer } from '#libs/identity';
import { Problem } from '#libs/problem';
import type { Job } from './job.js';
import { JobFollower } from './job-follower.js';
import { JobRepository, type JobRequest } from './job.repository.js';
import { JobRunner } from './job.runner.js';

@Injectable()
export class JobService {
  constructor(
    private readonly jobs: JobRepository,
    private readonly runner: JobRunner,
  ) {}

  async start(request: JobRequest, viewer: Viewer): Promise<Job> {
    const job = await this.jobs.create(request, viewer);
    this.runner.wake();
    return job;
  }

  find(workspace: string, id: string): Promise<Job | null> {
    return this.jobs.find(workspace, id);
  }

  async get(workspace: string, id: string): Promise<Job> {
    const job = await this.jobs.find(workspace, id);
    if (!job) throw new Problem('not-found', 'data/job', `no job ${id}`, { id });
    return job;
  }

  async cancel(workspace: string, id: string, viewer: Viewer): Promise<Job> {
    const job = await this.jobs.requestCancel(workspace, id, viewer);
    await this.runner.heed(id);
    return job;
  }

  /** Each change of the job until it ends, beginning with how it is now. @throws Problem not-found */
  async follow(workspace: string, id: string): Promise<JobFollower> {
    await this.get(workspace, id);
    return new JobFollower(() => this.get(workspace, id));
  }
}
