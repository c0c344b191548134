import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { withPlatformScope, withWorkspace } from '#libs/database';

// One at a time a view, in the order asked: two would race for which of them readers meet.
const CLAIM = `
  with open as (
    select m.workspace, m.id from materialization m left join materialization_lease l on l.materialization_id = m.id
     where m.state = 'running' and (l.until is null or l.until <= now())
       and not exists (
         select from materialization earlier
          where earlier.workspace = m.workspace and earlier.feature_view_id = m.feature_view_id and earlier.state = 'running'
            and (earlier.requested_at, earlier.id) < (m.requested_at, m.id))
     order by m.requested_at limit 1 for update of m skip locked)
  insert into materialization_lease (materialization_id, workspace, owner, until)
  select id, workspace, $1, now() + make_interval(secs => $2) from open
  on conflict (materialization_id) do update
     set owner = excluded.owner, until = excluded.until, attempts = materialization_lease.attempts + 1
   where materialization_lease.until <= now()
  returning materialization_id as id, workspace, attempts`;

const RENEW = `
  with kept as (
    update materialization_lease l set until = now() + make_interval(secs => $3) from materialization m
     where l.materialization_id = $1 and l.owner = $2 and m.id = l.materialization_id and m.state = 'running'
    returning l.materialization_id)
  update materialization m set progress = $4, entries = $5 from kept where m.id = kept.materialization_id returning m.id`;

/** A job that this process may do until its lease runs out. */
export interface ClaimedJob {
  readonly id: string;
  readonly workspace: string;
  /** How often it was begun, this time included. */
  readonly attempts: number;
}

/** How long a process that says nothing keeps a job; after that another one begins it again. */
const LEASE_SECONDS = 30;

/** Leases of materializations: whoever dies in the middle loses the job to another replica. */
@Injectable()
export class LeaseRepository {
  constructor(private readonly db: DataSource) {}

  /** Takes the oldest job that nobody does; undefined where there is none. */
  claim(owner: string): Promise<ClaimedJob | undefined> {
    return withPlatformScope(this.db, async (tx) => {
      const [job] = (await tx.query(CLAIM, [owner, LEASE_SECONDS])) as readonly ClaimedJob[];
      return job;
    });
  }

  /** Keeps the job and reports how far it is; false where it was cancelled or taken over, so that its work must stop. */
  renew(
    { workspace, id }: Pick<ClaimedJob, 'workspace' | 'id'>,
    owner: string,
    progress: number,
    entries: number,
  ): Promise<boolean> {
    return withWorkspace(this.db, workspace, async (tx) => {
      const [kept] = (await tx.query(RENEW, [id, owner, LEASE_SECONDS, progress, entries])) as [readonly unknown[], number];
      return kept.length > 0;
    });
  }

  /** Gives a job back, so that another process need not wait for the lease to run out; this time does not count as an attempt. */
  async release({ workspace, id }: Pick<ClaimedJob, 'workspace' | 'id'>, owner: string): Promise<void> {
    const sql = `update materialization_lease set until = now(), attempts = attempts - 1 where materialization_id = $1 and owner = $2`;
    await withWorkspace(this.db, workspace, (tx) => tx.query(sql, [id, owner]));
  }
}
