import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { pageOf, withWorkspace, type Page, type PageRequest } from '#libs/database';
import { newId } from '#libs/ids';
import { DecisionRepository } from '../decision/decision.repository.js';
import { dayOf, startOf, WINDOW_DAYS, type EventDay } from '../monitor/event-day.js';
import { maturityOf, type PricedMonitor } from '../monitor/monitor.js';
import { VersionRepository } from '../version/version.repository.js';
import type { WatchedVersion } from '../version/watched-version.js';
import { driftOf, LEAST_ROWS, type FeatureDrift } from './feature-drift.js';
import { referenceOf } from './feature-reference.js';
import { segmentsOf } from './segment.js';
import { VectorRepository } from './vector.repository.js';
import type { MonitorWindow } from './window.js';
import { windowMapping } from './window.mapping.js';

@Injectable()
export class WindowRepository {
  constructor(
    private readonly db: DataSource,
    private readonly decisions: DecisionRepository,
    private readonly versions: VersionRepository,
    private readonly vectors: VectorRepository,
  ) {}

  /** Judges a window anew from its decisions up to the tested day. */
  async refresh(tx: EntityManager, monitor: PricedMonitor, start: EventDay): Promise<void> {
    const { workspace, id: monitorId, endpointId } = monitor;
    const [startsAt, endsAt] = [startOf(start), startOf(start + WINDOW_DAYS)];
    const testedUntil = monitor.testedUntil ?? startsAt;
    const closed = testedUntil >= endsAt;
    const versions = await this.versions.of(tx, monitorId);
    const rules = new Set(versions.filter(({ kind }) => kind === 'rule').map(({ versionId }) => versionId));
    const judged = await this.decisions.judged(tx, { endpointId, from: startsAt, to: closed ? endsAt : testedUntil });
    const segments = segmentsOf(judged, monitor.contract.payoffs, rules);
    const present = versions.filter(({ versionId }) => segments.some((segment) => segment.versionId === versionId));
    const drift: FeatureDrift[] = [];
    if (closed) for (const version of present) drift.push(...(await this.drift(tx, endpointId, version, startsAt, endsAt)));
    const window: MonitorWindow = { id: newId('window'), workspace, monitorId, startsAt, endsAt, segments, drift, closed };
    await this.replace(tx, window);
  }

  /**
   * Drift of a version's features. Where it has no training set, its first full window with enough labelled decisions becomes the
   * reference: labelled, because those have all arrived when the window is closed; and only later windows are compared with it.
   */
  private async drift(
    tx: EntityManager,
    endpointId: string,
    version: WatchedVersion,
    from: Date,
    to: Date,
  ): Promise<readonly FeatureDrift[]> {
    const { monitorId, versionId, referenceWindow } = version;
    const range = { endpointId, versionId, from, to };
    const reference = await this.versions.reference(tx, monitorId, versionId);
    if (reference) {
      const isLater = !referenceWindow || from > referenceWindow;
      return isLater ? driftOf(versionId, await this.vectors.served(tx, range), reference) : [];
    }
    const labelled = await this.vectors.served(tx, { ...range, labelledBy: maturityOf(dayOf(to) - 1) });
    if (labelled.days.length >= LEAST_ROWS && new Set(labelled.days).size === WINDOW_DAYS) {
      await this.versions.freezeReference(tx, version, from, referenceOf(labelled));
    }
    return [];
  }

  private async replace(tx: EntityManager, window: MonitorWindow): Promise<void> {
    await tx
      .createQueryBuilder()
      .insert()
      .into(windowMapping)
      .values({ ...window } as object)
      .orUpdate(['segments', 'drift', 'closed'], ['workspace', 'monitor_id', 'starts_at'])
      .execute();
  }

  /** Oldest first. */
  list(workspace: string, monitorId: string, page: PageRequest): Promise<Page<MonitorWindow>> {
    return withWorkspace(this.db, workspace, (tx) =>
      pageOf(
        tx.createQueryBuilder(windowMapping, 'window').where({ monitorId }),
        { keys: ['startsAt', 'id'], direction: 'ascending' },
        page,
      ),
    );
  }
}
