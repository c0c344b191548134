import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { pageOf, withPlatformScope, withWorkspace, type Page, type PageRequest } from '#libs/database';
import { Outbox } from '#libs/events';
import type { Viewer } from '#libs/identity';
import { newId } from '#libs/ids';
import { Problem } from '#libs/problem';
import { AuditTrail } from '#libs/storage';
import type { Monitor } from '../monitor/monitor.js';
import { repeat, type Alert, type AlertFinding } from './alert.js';
import { alertMapping } from './alert.mapping.js';
import { raisedToRecord } from './alert.proto.js';

/** A change that a person makes, for the audit record. */
export interface AlertChange {
  readonly viewer: Viewer;
  readonly action: 'acknowledge-alert' | 'resolve-alert';
  readonly reason?: string;
}

@Injectable()
export class AlertRepository {
  constructor(
    private readonly db: DataSource,
    private readonly outbox: Outbox,
    private readonly audit: AuditTrail,
  ) {}

  /** Raises an alert with its event, or counts the finding on the alert of the same cause that stands open. */
  async raise(
    tx: EntityManager,
    { workspace, id: monitorId, endpointId, useCaseId }: Monitor,
    versionId: string,
    finding: AlertFinding,
  ): Promise<void> {
    const open = await tx
      .createQueryBuilder(alertMapping, 'alert')
      .setLock('pessimistic_write')
      .where({ monitorId, versionId, kind: finding.kind })
      .andWhere(`alert.state <> 'resolved'`)
      .getOne();
    if (open) return void (await tx.save(alertMapping, repeat(open, finding) as object));
    const alert: Alert = {
      ...finding,
      id: newId('alert'),
      workspace,
      monitorId,
      endpointId,
      useCaseId,
      versionId,
      state: 'raised',
      repeats: 0,
      acknowledgedBy: null,
      acknowledgedAt: null,
      assignee: null,
      resolvedBy: null,
      resolvedAt: null,
      resolution: null,
      recordedAt: new Date(),
    };
    await tx.insert(alertMapping, { ...alert } as object);
    await this.outbox.append(tx, raisedToRecord(alert));
  }

  /** Locks the alert, lets `decide` choose the change, and stores it with its audit record. */
  change(id: string, { viewer, action, reason }: AlertChange, decide: (current: Alert) => Alert): Promise<Alert> {
    return withWorkspace(this.db, viewer.workspace, async (tx) => {
      const current = await tx.findOne(alertMapping, { where: { id }, lock: { mode: 'pessimistic_write' } });
      if (!current) throw new Problem('not-found', 'monitoring/alert', `no alert ${id}`, { id });
      const changed = decide(current);
      await tx.save(alertMapping, { ...changed } as object);
      const entry = { viewer, action, subjectKind: 'alert', subjectId: id, before: current, after: changed };
      await this.audit.record(tx, reason === undefined ? entry : { ...entry, reason });
      return changed;
    });
  }

  find(workspace: string, id: string): Promise<Alert | null> {
    return withWorkspace(this.db, workspace, (tx) => tx.findOneBy(alertMapping, { id }));
  }

  /** Newest first. */
  list(workspace: string, endpointId: string | null, page: PageRequest): Promise<Page<Alert>> {
    return withWorkspace(this.db, workspace, (tx) => {
      const query = tx.createQueryBuilder(alertMapping, 'alert');
      if (endpointId !== null) query.where({ endpointId });
      return pageOf(query, { keys: ['raisedAt', 'id'], direction: 'descending' }, page);
    });
  }

  /** Alerts recorded after the one named, in the order of their places; undefined where it is not known. */
  raisedSince(workspace: string, endpointId: string | null, after: string, most: number): Promise<readonly Alert[] | undefined> {
    return withWorkspace(this.db, workspace, async (tx) => {
      const [known] = (await tx.query(`select sequence from alert where id = $1`, [after])) as readonly {
        readonly sequence: string;
      }[];
      if (!known) return undefined;
      const query = tx
        .createQueryBuilder(alertMapping, 'alert')
        .where('alert.sequence > :sequence', { sequence: known.sequence });
      if (endpointId !== null) query.andWhere({ endpointId });
      return query.orderBy('alert.sequence').limit(most).getMany();
    });
  }

  /** The place behind all alerts there are. */
  async end(): Promise<number> {
    const rows = await withPlatformScope(this.db, (tx) =>
      tx.query(`select coalesce(max(sequence), 0)::int as sequence from alert`),
    );
    return (rows as readonly { readonly sequence: number }[])[0]!.sequence;
  }

  /** Alerts of all workspaces behind a place, in the order of their places, with the last place. */
  async behind(
    sequence: number,
    most: number,
  ): Promise<{ readonly alerts: readonly Alert[]; readonly sequences: readonly number[] }> {
    return withPlatformScope(this.db, async (tx) => {
      const rows = (await tx.query(
        `select id, sequence::int as sequence from alert where sequence > $1 order by sequence limit $2`,
        [sequence, most],
      )) as readonly {
        readonly id: string;
        readonly sequence: number;
      }[];
      const found =
        rows.length === 0
          ? []
          : await tx
              .createQueryBuilder(alertMapping, 'alert')
              .whereInIds(rows.map(({ id }) => id))
              .getMany();
      const byId = new Map(found.map((alert) => [alert.id, alert]));
      return { alerts: rows.map(({ id }) => byId.get(id)!), sequences: rows.map((row) => row.sequence) };
    });
  }
}
