import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { withPlatformScope, withWorkspace } from '#libs/database';
import { newId } from '#libs/ids';
import type { ContractInForce, Monitor, PricedMonitor } from './monitor.js';
import { monitorMapping } from './monitor.mapping.js';

/** A monitor by its place, for work over all workspaces. */
export interface MonitorAddress {
  readonly workspace: string;
  readonly id: string;
}

/** What serving says of an endpoint; the version is absent where only its decisions were seen so far. */
export interface WatchedEndpoint {
  readonly endpointId: string;
  readonly useCaseId: string;
  readonly firstVersionId?: string;
}

// A day is tested 72 hours after its beginning.
const PENDING = `
  select m.workspace, m.id from monitor m
   where m.complete_until is not null and m.baseline_version_id is not null
     and (m.tested_until is null
          or m.evaluated_until is distinct from m.tested_until
          or m.complete_until >= m.tested_until + interval '72 hours'
          or exists (select from stale_period s where s.monitor_id = m.id and s.starts_on < m.tested_until)
          or m.awaits_decisions or m.contract is null
          or exists (select from monitor_window w where w.monitor_id = m.id and w.closed
                        and not exists (select from skew_check c where c.monitor_id = w.monitor_id and c.starts_at = w.starts_at)))
   order by m.id`;

@Injectable()
export class MonitorRepository {
  constructor(private readonly db: DataSource) {}

  /** Begins to watch an endpoint, whichever of its events comes first; answers the monitor's id. */
  async watch(tx: EntityManager, workspace: string, { endpointId, useCaseId, firstVersionId }: WatchedEndpoint): Promise<string> {
    const known = await tx.findOneBy(monitorMapping, { endpointId }); // an update would wait for the evaluation that holds the row
    if (known && (known.baselineVersionId !== null || !firstVersionId)) return known.id;
    const [row] = (await tx.query(
      `insert into monitor (id, workspace, endpoint_id, use_case_id, champion_version_id, baseline_version_id, created_at)
       values ($1, $2, $3, $4, $5, $5, now())
       on conflict (workspace, endpoint_id) do update
         set champion_version_id = coalesce(monitor.champion_version_id, excluded.champion_version_id),
             baseline_version_id = coalesce(monitor.baseline_version_id, excluded.baseline_version_id)
       returning id`,
      [newId('monitor'), workspace, endpointId, useCaseId, firstVersionId ?? null],
    )) as readonly { readonly id: string }[];
    return row!.id;
  }

  async setChampion(tx: EntityManager, endpointId: string, versionId: string): Promise<void> {
    await tx.query(`update monitor set champion_version_id = $2 where endpoint_id = $1`, [endpointId, versionId]);
  }

  findByEndpoint(workspace: string, endpointId: string): Promise<Monitor | null> {
    return withWorkspace(this.db, workspace, (tx) => tx.findOneBy(monitorMapping, { endpointId }));
  }

  find(workspace: string, id: string): Promise<Monitor | null> {
    return withWorkspace(this.db, workspace, (tx) => tx.findOneBy(monitorMapping, { id }));
  }

  /** Monitors, in all workspaces, that have a day to test, numbers to bring up to date, outcomes to join or vectors to compare. */
  async pending(): Promise<readonly MonitorAddress[]> {
    return withPlatformScope(this.db, (tx) => tx.query(PENDING));
  }

  /**
   * Runs `work` on a monitor that no other replica holds, in one transaction; undefined where one does, or where it is not known yet
   * what decisions are worth or what one of its versions is.
   */
  exclusively<T>(
    { workspace, id }: MonitorAddress,
    work: (tx: EntityManager, monitor: PricedMonitor) => Promise<T>,
  ): Promise<T | undefined> {
    return withWorkspace(this.db, workspace, async (tx) => {
      const query = tx.createQueryBuilder(monitorMapping, 'monitor').where({ id });
      const monitor = await query.setLock('pessimistic_write').setOnLocked('skip_locked').getOne();
      if (!monitor?.contract) return undefined;
      const unknown = (await tx.query(`select from watched_version where monitor_id = $1 and kind = 'unknown' limit 1`, [
        id,
      ])) as readonly unknown[];
      return unknown.length > 0 ? undefined : work(tx, { ...monitor, contract: monitor.contract });
    });
  }

  /** Keeps what decisions are worth; all windows and months are worth something else now. */
  async setContract(workspace: string, id: string, contract: ContractInForce): Promise<void> {
    await withWorkspace(this.db, workspace, async (tx) => {
      await tx.update(monitorMapping, { id }, { contract } as object);
      await tx.query(
        `insert into stale_period (workspace, monitor_id, kind, starts_on, marked_at)
         select workspace, monitor_id, 'window', starts_at::date, now() from monitor_window where monitor_id = $1
         union select workspace, monitor_id, 'month', month, now() from month_value where monitor_id = $1
         on conflict (workspace, monitor_id, kind, starts_on) do update set marked_at = excluded.marked_at`,
        [id],
      );
    });
  }

  /** Forgets the contract of a use case, so that the newest one is asked for before anything else is evaluated. */
  async dropContract(tx: EntityManager, useCaseId: string): Promise<void> {
    await tx.query(`update monitor set contract = null where use_case_id = $1`, [useCaseId]);
  }
}
