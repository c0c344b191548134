import { Injectable } from '@nestjs/common';
import { Problem } from '#libs/problem';
import type { AlertFinding } from '../alert/alert.js';
import type { Monitor } from '../monitor/monitor.js';
import { MonitorRepository, type MonitorAddress } from '../monitor/monitor.repository.js';
import { FeaturesPeer } from '../version/features.peer.js';
import { VersionRepository } from '../version/version.repository.js';
import { pick } from '../window/vector-columns.js';
import type { VectorRange } from '../window/vector.repository.js';
import type { MonitorWindow } from '../window/window.js';
import { skewFinding } from './skew-finding.js';
import { compareVectors, joinReports, NO_SKEW, type SkewReport } from './skew.js';
import { SkewRepository } from './skew.repository.js';

/** Rows of one question to the offline engine. */
const ROWS_AT_ONCE = 5_000;
/** Decisions of a window and version that are compared when it closes. */
const WINDOW_SAMPLE = 200;
/** A person's question compares every decision, up to this many. */
export const MOST_COMPARED = 100_000;

@Injectable()
export class SkewService {
  constructor(
    private readonly skew: SkewRepository,
    private readonly monitors: MonitorRepository,
    private readonly versions: VersionRepository,
    private readonly features: FeaturesPeer,
  ) {}

  /** Compares every vector served in a period with the point-in-time one. */
  async report(workspace: string, endpointId: string, from: Date, to: Date): Promise<SkewReport> {
    const monitor = await this.monitors.findByEndpoint(workspace, endpointId);
    if (!monitor) throw new Problem('not-found', 'monitoring/endpoint', `no endpoint ${endpointId} is monitored`, { endpointId });
    if (from >= to) throw new Problem('invalid', 'monitoring/period', 'the period must end after it begins');
    const counts = await this.skew.versionsIn(workspace, { endpointId, from, to });
    const decisions = counts.reduce((sum, count) => sum + count.decisions, 0);
    if (decisions > MOST_COMPARED) {
      throw new Problem('too-large', 'monitoring/skew-period', `at most ${MOST_COMPARED} decisions are compared at a time`, {
        decisions,
        maximum: MOST_COMPARED,
      });
    }
    let report = NO_SKEW;
    for (const { versionId } of counts)
      report = joinReports(report, await this.compare(monitor, { endpointId, versionId, from, to }));
    return report;
  }

  /** Compares a sample of the oldest closed window that was not compared yet, and raises what differs. */
  async checkNextWindow({ workspace, id }: MonitorAddress): Promise<void> {
    const monitor = await this.monitors.find(workspace, id);
    const window = monitor?.contract ? await this.skew.unchecked(workspace, id) : undefined;
    if (monitor?.contract && window) await this.checkWindow({ ...monitor, contract: monitor.contract }, window);
  }

  private async checkWindow(
    monitor: Monitor & { readonly contract: NonNullable<Monitor['contract']> },
    window: MonitorWindow,
  ): Promise<void> {
    const findings = new Map<string, AlertFinding>();
    let total = NO_SKEW;
    for (const versionId of new Set(window.segments.map((segment) => segment.versionId))) {
      const range = {
        endpointId: monitor.endpointId,
        versionId,
        from: window.startsAt,
        to: window.endsAt,
        sample: WINDOW_SAMPLE,
      };
      const report = await this.compare(monitor, range);
      total = joinReports(total, report);
      if (report.different > 0) findings.set(versionId, skewFinding(report, versionId, window, monitor.contract));
    }
    await this.skew.keep(monitor, window, total, findings);
  }

  private async compare({ workspace, id }: Monitor, range: VectorRange): Promise<SkewReport> {
    const version = (await this.versions.inWorkspace(workspace, id)).find(({ versionId }) => versionId === range.versionId);
    if (!version?.featureServiceId)
      throw new Problem('unavailable', 'monitoring/version-unknown', 'the registry has not been asked about the version yet');
    const { columns, request, decidedAt } = await this.skew.served(workspace, range);
    if (request.length === 0) return NO_SKEW; // without what the caller sent, nothing can be computed again
    let report = NO_SKEW;
    for (let start = 0; start < decidedAt.length; start += ROWS_AT_ONCE) {
      const rows = Array.from({ length: Math.min(ROWS_AT_ONCE, decidedAt.length - start) }, (_, i) => start + i);
      const asOf = rows.map((row) => decidedAt[row]!);
      const offline = await this.features.pointInTime(
        workspace,
        version.featureServiceId,
        request.map((column) => pick(column, rows)),
        asOf,
      );
      report = joinReports(
        report,
        compareVectors(
          columns.map((column) => pick(column, rows)),
          offline,
          rows.length,
        ),
      );
    }
    return report;
  }
}
