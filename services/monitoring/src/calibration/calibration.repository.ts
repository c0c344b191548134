import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { withWorkspace } from '#libs/database';
import { calibrationFinding } from '../alert/calibration-finding.js';
import { AlertRepository } from '../alert/alert.repository.js';
import { isLabelled } from '../decision/decision.js';
import { DecisionRepository } from '../decision/decision.repository.js';
import { isoDate, startOf, type EventDay } from '../monitor/event-day.js';
import { maturityOf, type Monitor, type PricedMonitor } from '../monitor/monitor.js';
import { VersionRepository } from '../version/version.repository.js';
import type { WatchedVersion } from '../version/watched-version.js';
import { testDay, type TestedDay } from './calibration-test.js';

@Injectable()
export class CalibrationRepository {
  constructor(
    private readonly db: DataSource,
    private readonly decisions: DecisionRepository,
    private readonly versions: VersionRepository,
    private readonly alerts: AlertRepository,
  ) {}

  /** Tests the forecasts of one day, on what was known at its maturity, and raises what is found. */
  async test(tx: EntityManager, monitor: PricedMonitor, day: EventDay): Promise<void> {
    const range = { endpointId: monitor.endpointId, from: startOf(day), to: startOf(day + 1), knownUntil: maturityOf(day) };
    const labelled = (await this.decisions.judged(tx, range)).filter(isLabelled);
    for (const version of await this.versions.of(tx, monitor.id)) {
      if (version.kind !== 'trained') continue;
      const tested = testDay(
        version,
        day,
        labelled.filter(({ versionId }) => versionId === version.versionId),
      );
      if (!tested) continue;
      await this.versions.setCalibration(tx, version, tested.state);
      await this.note(tx, monitor, version, tested);
      if (tested.verdict.alarmed) await this.raise(tx, monitor, version, tested);
    }
  }

  private async raise(
    tx: EntityManager,
    monitor: PricedMonitor,
    { versionId }: WatchedVersion,
    { residuals, verdict }: TestedDay,
  ): Promise<void> {
    const { day } = residuals;
    const since = verdict.since ?? day;
    const raisedAt = maturityOf(day);
    const range = { endpointId: monitor.endpointId, from: startOf(since), to: startOf(day + 1), knownUntil: raisedAt, versionId };
    const decisions = (await this.decisions.judged(tx, range)).filter(isLabelled);
    await this.alerts.raise(
      tx,
      monitor,
      versionId,
      calibrationFinding({ verdict, since, raisedAt, decisions }, monitor.contract),
    );
  }

  private async note(
    tx: EntityManager,
    { workspace, id }: Monitor,
    { versionId }: WatchedVersion,
    { residuals, verdict }: TestedDay,
  ): Promise<void> {
    await tx.query(
      `insert into calibration_day (workspace, monitor_id, version_id, day, decisions, excess, evidence) values ($1, $2, $3, $4, $5, $6, $7)`,
      [workspace, id, versionId, isoDate(residuals.day), residuals.count, residuals.excess, verdict.evidence],
    );
  }

  /** The evidence against a version after each tested day, newest first. */
  days(workspace: string, monitorId: string, versionId: string, most: number): Promise<readonly CalibrationDay[]> {
    return withWorkspace(this.db, workspace, (tx) =>
      tx.query(
        `select to_char(day, 'YYYY-MM-DD') as day, decisions, excess, evidence from calibration_day
          where monitor_id = $1 and version_id = $2 order by calibration_day.day desc limit $3`,
        [monitorId, versionId, most],
      ),
    );
  }
}

/** One tested day of a version. */
export interface CalibrationDay {
  /** ISO 8601. */
  readonly day: string;
  readonly decisions: number;
  /** Sum of probability minus outcome. */
  readonly excess: number;
  readonly evidence: number;
}
