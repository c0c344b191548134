import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { withPlatformScope, withWorkspace } from '#libs/database';
import { Outbox } from '#libs/events';
import { isRole, type Viewer } from '#libs/identity';
import { newId } from '#libs/ids';
import { Problem } from '#libs/problem';
import { AuditTrail, once, type AuditEntry } from '#libs/storage';
import { ended, type Job, type JobEnd, type JobInput, type Requester } from './job.js';
import { jobMapping } from './job.mapping.js';
import { endedToRecord } from './job.proto.js';

/** What a mutation asks for. */
export interface JobRequest {
  readonly operation: string;
  readonly idempotencyKey: string | null;
  readonly input: JobInput;
}

/** The transaction in which a job ends. */
export type Transaction = EntityManager;

/** How long a replica is believed to be at work without a sign of life. */
const LEASE_MS = 10_000;

/** The person in whose name a job acts, as audit records know people. */
export function actorOf(requester: Requester, workspace: string): AuditEntry['viewer'] {
  return { id: requester.id, roles: requester.roles.filter(isRole), workspace };
}

@Injectable()
export class JobRepository {
  constructor(
    private readonly db: DataSource,
    private readonly outbox: Outbox,
    private readonly audit: AuditTrail,
  ) {}

  /** Stores a job to be done, or answers the one that the same idempotency key made. */
  create({ operation, idempotencyKey, input }: JobRequest, viewer: Viewer): Promise<Job> {
    const { id: requester, name, roles, workspace } = viewer;
    return withWorkspace(this.db, workspace, async (tx) => {
      const { id } = await once(tx, { workspace, operation, key: idempotencyKey, request: input }, async () => {
        const job: Job = {
          id: newId('job'),
          workspace,
          kind: input.kind,
          input,
          requestedBy: { id: requester, name, roles },
          state: 'running',
          progress: 0,
          step: 'waiting for its turn',
          problem: null,
          detail: null,
          datasetVersionId: null,
          cancelRequested: false,
          attempts: 0,
          createdAt: new Date(),
          endedAt: null,
        };
        await tx.insert(jobMapping, { ...job } as object);
        await this.audit.record(tx, { viewer, action: input.kind, subjectKind: 'job', subjectId: job.id, after: input });
        return job.id;
      });
      return tx.findOneByOrFail(jobMapping, { id });
    });
  }

  find(workspace: string, id: string): Promise<Job | null> {
    return withWorkspace(this.db, workspace, (tx) => tx.findOneBy(jobMapping, { id }));
  }

  /** Asks whoever does the job to stop; a job that has ended stays as it is. */
  requestCancel(workspace: string, id: string, viewer: Viewer): Promise<Job> {
    return withWorkspace(this.db, workspace, async (tx) => {
      const job = await tx.findOne(jobMapping, { where: { id }, lock: { mode: 'pessimistic_write' } });
      if (!job) throw new Problem('not-found', 'data/job', `no job ${id}`, { id });
      if (job.state !== 'running' || job.cancelRequested) return job;
      await tx.update(jobMapping, { id }, { cancelRequested: true });
      await this.audit.record(tx, { viewer, action: 'cancel-job', subjectKind: 'job', subjectId: id });
      return { ...job, cancelRequested: true };
    });
  }

  /** Takes the oldest job that nobody is at, for `owner` to do; among many replicas each job goes to one. */
  claim(owner: string): Promise<Job | undefined> {
    return withPlatformScope(this.db, async (tx) => {
      const result = (await tx.query(
        `update job set lease_owner = $1, lease_until = now() + $2 * interval '1 ms', attempts = attempts + 1
          where id = (select id from job where state = 'running' and (lease_until is null or lease_until < now())
                       order by created_at, id limit 1 for update skip locked)
          returning id`,
        [owner, LEASE_MS],
      )) as readonly [readonly { readonly id: string }[], number];
      const [taken] = result[0];
      return taken && tx.findOneByOrFail(jobMapping, { id: taken.id });
    });
  }

  /** A sign of life. @returns whether the lease still holds, and whether the job is to stop */
  async renew({ workspace, id }: Job, owner: string): Promise<{ readonly held: boolean; readonly cancelRequested: boolean }> {
    const [rows] = (await withWorkspace(this.db, workspace, (tx) =>
      tx.query(
        `update job set lease_until = now() + $3 * interval '1 ms' where id = $1 and lease_owner = $2 and state = 'running'
          returning cancel_requested`,
        [id, owner, LEASE_MS],
      ),
    )) as readonly [readonly { readonly cancel_requested: boolean }[], number];
    return { held: rows.length > 0, cancelRequested: rows[0]?.cancel_requested ?? false };
  }

  /** Says how far it is, while the lease holds. */
  async report({ workspace, id }: Job, owner: string, step: string, progress: number): Promise<void> {
    await withWorkspace(this.db, workspace, (tx) =>
      tx.update(jobMapping, { id, leaseOwner: owner, state: 'running' }, { step, progress }),
    );
  }

  /** Gives the job back undone, for the next replica to take at once; an attempt that was broken off from outside does not count. */
  async release({ workspace, id, attempts }: Job, owner: string, counts: boolean): Promise<void> {
    await withWorkspace(this.db, workspace, (tx) =>
      tx.update(
        jobMapping,
        { id, leaseOwner: owner, state: 'running' },
        { leaseOwner: null, leaseUntil: null, attempts: counts ? attempts : attempts - 1 },
      ),
    );
  }

  /**
   * Ends a job in one transaction with what it made. Where the lease was lost in the meantime another replica does the job, and
   * nothing of this one stays.
   */
  end(job: Job, owner: string, decide: (tx: EntityManager) => Promise<JobEnd>): Promise<Job> {
    return withWorkspace(this.db, job.workspace, async (tx) => {
      const current = await tx.findOne(jobMapping, {
        where: { id: job.id, leaseOwner: owner, state: 'running' },
        lock: { mode: 'pessimistic_write' },
      });
      if (!current) throw new Problem('conflict', 'data/lease-lost', `job ${job.id} is done by another replica`, { id: job.id });
      const now = new Date();
      const after = ended(current, await decide(tx), now);
      await tx.update(jobMapping, { id: job.id }, { ...after, leaseOwner: null, leaseUntil: null } as object);
      if (after.state !== 'running') await this.outbox.append(tx, endedToRecord({ ...after, state: after.state, endedAt: now }));
      return after;
    });
  }
}
