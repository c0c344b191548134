import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { LOG, type Stoppable } from '#libs/host';
import type { Logger } from '#libs/log';
import { Problem } from '#libs/problem';
import { LeaseRepository, type ClaimedJob } from './lease.repository.js';
import { MaterializationService } from './materialization.service.js';
import { MaterializationWakeUp } from './materialization.wake-up.js';

const AT_ONCE = 2;
const LOOK_EVERY_MS = 1_000;
const RENEW_EVERY_MS = 5_000;
const AFTER_FAULT_MS = 2_000;
/** A job that ended with its process, or found others away, this often is given up. */
const MOST_ATTEMPTS = 5;

/** The lease is gone: cancelled by a person, or taken over after this process was silent for too long. */
class LeaseLost extends Error {}

/** Does materializations under leases, a few at a time. */
@Injectable()
export class MaterializationRunner {
  private readonly owner = randomUUID();

  constructor(
    private readonly leases: LeaseRepository,
    private readonly materializations: MaterializationService,
    private readonly wakeUp: MaterializationWakeUp,
    @Inject(LOG) private readonly log: Logger,
  ) {}

  start(): Stoppable {
    const ended = new AbortController();
    const lanes = Array.from({ length: AT_ONCE }, () => this.work(ended.signal));
    return {
      stop: async () => {
        ended.abort();
        await Promise.all(lanes);
      },
    };
  }

  private async work(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        const job = await this.leases.claim(this.owner);
        if (job && job.attempts > MOST_ATTEMPTS) await this.abandon(job);
        else if (job) await this.perform(job, signal);
        else await this.wakeUp.wait(LOOK_EVERY_MS, signal);
      } catch (error) {
        this.log.warn({ err: error }, 'materializations cannot be claimed');
        await this.wakeUp.wait(AFTER_FAULT_MS, signal);
      }
    }
  }

  private async perform(job: ClaimedJob, stopping: AbortSignal): Promise<void> {
    const lost = new AbortController();
    let reached = { progress: 0, entries: 0 };
    const renew = async (): Promise<void> => {
      if (!(await this.leases.renew(job, this.owner, reached.progress, reached.entries))) lost.abort();
    };
    const heartbeat = setInterval(() => void renew().catch(() => undefined), RENEW_EVERY_MS);
    try {
      await this.materializations.perform(
        job.workspace,
        job.id,
        AbortSignal.any([stopping, lost.signal]),
        async (progress, entries) => {
          reached = { progress, entries };
          await renew();
          if (lost.signal.aborted || stopping.aborted) throw new LeaseLost();
        },
      );
    } catch (error) {
      await this.settle(job, error, { stopping: stopping.aborted, lost: lost.signal.aborted });
    } finally {
      clearInterval(heartbeat);
    }
  }

  /** A stopping process gives its job back; a failure that would repeat ends the job; anything else is tried again by whoever comes next. */
  private async settle(job: ClaimedJob, error: unknown, { stopping, lost }: { stopping: boolean; lost: boolean }): Promise<void> {
    if (stopping) return this.leases.release(job, this.owner);
    if (lost || error instanceof LeaseLost) return this.sweepCancelled(job);
    const lasting = !(error instanceof Problem) || !['unavailable', 'deadline', 'exhausted'].includes(error.kind);
    this.log.warn({ err: error, materialization: job.id, lasting }, 'a materialization did not succeed');
    if (!lasting) return; // the lease runs out, and the job is begun again
    await this.materializations.giveUp(
      job.workspace,
      job.id,
      error instanceof Problem ? `${error.slug}: ${error.message}` : 'an unexpected fault',
    );
  }

  private abandon({ workspace, id }: ClaimedJob): Promise<void> {
    return this.materializations.giveUp(workspace, id, `features/job-abandoned: begun ${MOST_ATTEMPTS} times without success`);
  }

  private async sweepCancelled({ workspace, id }: ClaimedJob): Promise<void> {
    const { featureViewId, state } = await this.materializations.get(workspace, id);
    if (state === 'cancelled') await this.materializations.sweep(workspace, featureViewId);
  }
}
