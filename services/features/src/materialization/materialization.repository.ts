import { Injectable } from '@nestjs/common';
import { DataSource, In, type EntityManager } from 'typeorm';
import { withWorkspace } from '#libs/database';
import { Outbox } from '#libs/events';
import type { Viewer } from '#libs/identity';
import { Problem } from '#libs/problem';
import { AuditTrail, type AuditEntry } from '#libs/storage';
import type { Materialization } from './materialization.js';
import { materializationMapping } from './materialization.mapping.js';
import { materializedToRecord } from './materialization.proto.js';

const CURRENT = `
  select distinct on (feature_view_id) id from materialization
   where feature_view_id = any($1) and state = 'finished' order by feature_view_id, ended_at desc, id desc`;

const ONLINE_VIEWS = `
  select v.id from feature_view v
   where v.source_dataset_id = $1 and exists (select from materialization m where m.feature_view_id = v.id and m.state = 'finished')`;

@Injectable()
export class MaterializationRepository {
  constructor(
    private readonly db: DataSource,
    private readonly outbox: Outbox,
    private readonly audit: AuditTrail,
  ) {}

  /** Stores a job to be done; where the same version of the view is being brought online already, answers that one. */
  request(job: Materialization, viewer: Viewer): Promise<Materialization> {
    return withWorkspace(this.db, job.workspace, (tx) => this.requestIn(tx, job, viewer));
  }

  /** The same inside a transaction of the caller's. */
  async requestIn(tx: EntityManager, job: Materialization, viewer: AuditEntry['viewer']): Promise<Materialization> {
    const { featureViewId, datasetVersionId } = job;
    await tx.query(`select pg_advisory_xact_lock(hashtextextended($1, 0))`, [`materialize/${featureViewId}`]);
    const running = await tx.findOneBy(materializationMapping, { featureViewId, datasetVersionId, state: 'running' });
    if (running) return running;
    await tx.insert(materializationMapping, { ...job });
    await this.audit.record(tx, { viewer, action: 'materialize', subjectKind: 'materialization', subjectId: job.id, after: job });
    return job;
  }

  /** Views over a dataset that readers meet already, in a transaction of the caller's. */
  async onlineViewsOf(tx: EntityManager, datasetId: string): Promise<readonly string[]> {
    const rows = (await tx.query(ONLINE_VIEWS, [datasetId])) as readonly { readonly id: string }[];
    return rows.map(({ id }) => id);
  }

  find(workspace: string, id: string): Promise<Materialization | null> {
    return withWorkspace(this.db, workspace, (tx) => tx.findOneBy(materializationMapping, { id }));
  }

  newestOf(workspace: string, featureViewId: string): Promise<Materialization | null> {
    return withWorkspace(this.db, workspace, (tx) =>
      tx.findOne(materializationMapping, { where: { featureViewId }, order: { requestedAt: 'DESC', id: 'DESC' } }),
    );
  }

  /** Of each view the materialization that readers meet; views without one are left out. */
  currentOf(workspace: string, featureViewIds: readonly string[]): Promise<readonly Materialization[]> {
    return withWorkspace(this.db, workspace, async (tx) => {
      const current = (await tx.query(CURRENT, [featureViewIds])) as readonly { readonly id: string }[];
      return tx.findBy(materializationMapping, { id: In(current.map(({ id }) => id)) });
    });
  }

  /** Finished generations that newer ones replaced, and those of jobs that ended otherwise: nobody reads them. */
  supersededOf(workspace: string, featureViewId: string): Promise<readonly string[]> {
    return withWorkspace(this.db, workspace, async (tx) => {
      const [current] = (await tx.query(CURRENT, [[featureViewId]])) as readonly { readonly id: string }[];
      const rows = await tx.findBy(materializationMapping, { featureViewId, state: In(['finished', 'failed', 'cancelled']) });
      return rows.filter(({ id }) => id !== current?.id).map(({ id }) => id);
    });
  }

  /** Locks the job, lets `decide` end it, and stores it with its event in one transaction. */
  end(
    workspace: string,
    id: string,
    decide: (job: Materialization) => Materialization,
    viewer?: Viewer,
  ): Promise<Materialization> {
    return withWorkspace(this.db, workspace, async (tx) => {
      const current = await tx.findOne(materializationMapping, { where: { id }, lock: { mode: 'pessimistic_write' } });
      if (!current) throw new Problem('not-found', 'features/materialization', `no materialization ${id}`, { id });
      const ended = decide(current);
      await tx.update(materializationMapping, { id }, { ...ended });
      if (ended.state === 'finished') await this.outbox.append(tx, materializedToRecord(ended));
      if (viewer) {
        const subject = { subjectKind: 'materialization', subjectId: id };
        await this.audit.record(tx, { viewer, action: 'cancel-materialization', ...subject, before: current, after: ended });
      }
      return ended;
    });
  }
}
