import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { withWorkspace } from '#libs/database';
import { AlertRepository } from '../alert/alert.repository.js';
import type { AlertFinding } from '../alert/alert.js';
import type { Monitor } from '../monitor/monitor.js';
import { VectorRepository, type ServedVectors, type VectorRange } from '../window/vector.repository.js';
import type { MonitorWindow } from '../window/window.js';
import { windowMapping } from '../window/window.mapping.js';
import type { SkewReport } from './skew.js';

@Injectable()
export class SkewRepository {
  constructor(
    private readonly db: DataSource,
    private readonly vectors: VectorRepository,
    private readonly alerts: AlertRepository,
  ) {}

  /** The oldest closed window whose vectors have not been compared. */
  unchecked(workspace: string, monitorId: string): Promise<MonitorWindow | null> {
    return withWorkspace(this.db, workspace, (tx) =>
      tx
        .createQueryBuilder(windowMapping, 'window')
        .where({ monitorId, closed: true })
        .andWhere(
          'not exists (select from skew_check c where c.monitor_id = window.monitor_id and c.starts_at = window.starts_at)',
        )
        .orderBy('window.startsAt')
        .getOne(),
    );
  }

  served(workspace: string, range: VectorRange): Promise<ServedVectors> {
    return withWorkspace(this.db, workspace, (tx) => this.vectors.served(tx, range));
  }

  /** How many decisions each version made in a period. */
  versionsIn(
    workspace: string,
    { endpointId, from, to }: Omit<VectorRange, 'versionId'>,
  ): Promise<readonly { readonly versionId: string; readonly decisions: number }[]> {
    return withWorkspace(this.db, workspace, (tx) =>
      tx.query(
        `select version_id as "versionId", count(*)::int as decisions from decision
          where endpoint_id = $1 and decided_at >= $2 and decided_at < $3 group by 1 order by 1`,
        [endpointId, from, to],
      ),
    );
  }

  /** Keeps what was compared, with the alerts that follow from it; a window that another replica checked meanwhile stays as it is. */
  async keep(
    monitor: Monitor,
    { startsAt }: MonitorWindow,
    report: SkewReport,
    findings: ReadonlyMap<string, AlertFinding>,
  ): Promise<void> {
    await withWorkspace(this.db, monitor.workspace, async (tx) => {
      const kept = (await tx.query(
        `insert into skew_check (workspace, monitor_id, starts_at, decisions, compared_values, different, features)
         values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing returning 1`,
        [monitor.workspace, monitor.id, startsAt, report.decisions, report.comparedValues, report.different, report.features],
      )) as readonly unknown[];
      if (kept.length === 0) return;
      for (const [versionId, finding] of findings) await this.alerts.raise(tx, monitor, versionId, finding);
    });
  }
}
