import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { Counter, Histogram, Registry } from 'prom-client';
import { LOG, type Stoppable } from '#libs/host';
import type { Logger } from '#libs/log';
import { Problem } from '#libs/problem';
import { MAX_ATTEMPTS, type Job, type JobEnd, type JobKind } from './job.js';
import { JobRepository, type Transaction } from './job.repository.js';
import type { JobWork } from './job-work.js';

const LOOK_EVERY_MS = 1_000;
const RENEW_EVERY_MS = 3_000;

/** Why a job's work is broken off from outside. */
type Break = 'cancelled' | 'lease lost' | 'stopping';

/** Does jobs, one at a time in each replica: a job may use all the memory that the SQL engine has. */
@Injectable()
export class JobRunner implements Stoppable {
  private readonly owner = randomUUID();
  private readonly works = new Map<JobKind, JobWork<JobKind, Transaction>>();
  private readonly ended: Counter<'kind' | 'state'>;
  private readonly seconds: Histogram<'kind'>;
  private turning: Promise<void> | undefined;
  private stopped = false;
  private wakeUp: () => void = () => undefined;
  private current: { readonly job: Job; readonly control: AbortController } | undefined;

  constructor(
    private readonly jobs: JobRepository,
    @Inject(LOG) private readonly log: Logger,
    metrics: Registry,
  ) {
    const registers = [metrics];
    this.ended = new Counter({
      name: 'data_jobs_ended_total',
      help: 'Jobs by how they ended',
      labelNames: ['kind', 'state'],
      registers,
    });
    const buckets = [0.1, 0.5, 1, 2, 5, 10, 30, 60, 300];
    this.seconds = new Histogram({
      name: 'data_job_seconds',
      help: 'How long jobs took',
      labelNames: ['kind'],
      buckets,
      registers,
    });
  }

  /** Begins to take jobs. */
  start(works: readonly JobWork<JobKind, Transaction>[]): this {
    for (const work of works) this.works.set(work.kind, work);
    this.turning = this.turn();
    return this;
  }

  /** Looks for a job now instead of at the next tick. */
  wake(): void {
    this.wakeUp();
  }

  /** Looks now whether the job is to stop, where this replica is at it; another replica sees it with its next sign of life. */
  async heed(id: string): Promise<void> {
    if (this.current?.job.id === id) await this.renew(this.current.job, this.current.control);
  }

  /** Gives the job under way back, for another replica, and takes no more. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.current?.control.abort('stopping' satisfies Break);
    this.wake();
    await this.turning;
  }

  private async turn(): Promise<void> {
    while (!this.stopped) {
      try {
        const job = await this.jobs.claim(this.owner);
        if (job) await this.undertake(job);
        else await this.pause();
      } catch (error) {
        this.log.warn({ err: error }, 'jobs cannot be taken now');
        await this.pause();
      }
    }
  }

  private pause(): Promise<void> {
    if (this.stopped) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, LOOK_EVERY_MS);
      this.wakeUp = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  private async undertake(job: Job): Promise<void> {
    if (job.cancelRequested) return this.finish(job, () => Promise.resolve({ state: 'cancelled' }));
    if (job.attempts > MAX_ATTEMPTS) return this.fail(job, abandoned(job));
    const control = new AbortController();
    this.current = { job, control };
    const timer = setInterval(() => void this.renew(job, control), RENEW_EVERY_MS);
    const took = this.seconds.startTimer({ kind: job.kind });
    try {
      const settle = await this.works.get(job.kind)!.run(job, {
        signal: control.signal,
        report: (step, progress) => this.jobs.report(job, this.owner, step, progress),
      });
      control.signal.throwIfAborted();
      await this.finish(job, async (tx) => ({ state: 'finished', datasetVersionId: await settle(tx) }));
    } catch (error) {
      await this.giveUp(job, error, control.signal.aborted ? (control.signal.reason as Break) : undefined);
    } finally {
      took();
      clearInterval(timer);
      this.current = undefined;
    }
  }

  private async renew(job: Job, control: AbortController): Promise<void> {
    try {
      const { held, cancelRequested } = await this.jobs.renew(job, this.owner);
      if (!held) control.abort('lease lost' satisfies Break);
      else if (cancelRequested) control.abort('cancelled' satisfies Break);
    } catch (error) {
      // The next sign of life may reach the database; if none does, the lease ends and settling is refused.
      this.log.warn({ err: error, jobId: job.id }, 'a sign of life did not reach the database');
    }
  }

  private async giveUp(job: Job, error: unknown, broken: Break | undefined): Promise<void> {
    if (broken === 'cancelled') return this.finish(job, () => Promise.resolve({ state: 'cancelled' }));
    if (broken === 'stopping') return this.jobs.release(job, this.owner, false);
    if (broken === 'lease lost' || (error instanceof Problem && error.slug === 'data/lease-lost')) return;
    if (error instanceof Problem && error.kind === 'unavailable' && job.attempts < MAX_ATTEMPTS) {
      this.log.warn({ err: error, jobId: job.id }, 'a job found something away and will be tried again');
      return this.jobs.release(job, this.owner, true);
    }
    if (!(error instanceof Problem)) this.log.error({ err: error, jobId: job.id }, 'a job failed unexpectedly');
    return this.fail(job, error);
  }

  private fail(job: Job, error: unknown): Promise<void> {
    const known = error instanceof Problem;
    const problem = known ? error.slug : 'data/unexpected';
    const detail = known ? error.message : 'an unexpected failure; the log has it under the id of the job';
    return this.finish(job, () => Promise.resolve({ state: 'failed', problem, detail }));
  }

  private async finish(job: Job, decide: (tx: Transaction) => Promise<JobEnd>): Promise<void> {
    const { kind, state } = await this.jobs.end(job, this.owner, decide);
    this.ended.inc({ kind, state });
  }
}

function abandoned({ attempts }: Job): Problem {
  return new Problem('unavailable', 'data/job-abandoned', `${attempts - 1} attempts ended without a result`, {
    attempts: attempts - 1,
  });
}
