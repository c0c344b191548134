import { Injectable } from '@nestjs/common';
import { calibrationVerdict, startCalibrationTest } from '#libs/statistics';
import { CalibrationRepository, type CalibrationDay } from '../calibration/calibration.repository.js';
import { AVERAGE_RUN_LENGTH_DAYS, planOf } from '../calibration/calibration-test.js';
import { VersionRepository } from '../version/version.repository.js';
import type { Monitor } from './monitor.js';

/** How the test of calibration stands for one version. */
export interface CalibrationStanding {
  readonly workspace: string;
  readonly monitorId: string;
  readonly versionId: string | null;
  readonly evidence: number;
  readonly limit: number;
  readonly averageRunLengthDays: number;
}

const MOST_DAYS = 400;

@Injectable()
export class MonitorService {
  constructor(
    private readonly versions: VersionRepository,
    private readonly calibration: CalibrationRepository,
  ) {}

  /** The evidence against a version, the champion unless one is named; none where it is not tested. */
  async standing({ workspace, id, championVersionId }: Monitor, named: string | null): Promise<CalibrationStanding> {
    const versionId = named ?? championVersionId;
    const version = (await this.versions.inWorkspace(workspace, id)).find((watched) => watched.versionId === versionId);
    const plan = version && planOf(version);
    const evidence = plan ? calibrationVerdict(plan, version.calibration ?? startCalibrationTest(plan)).evidence : 0;
    return {
      workspace,
      monitorId: id,
      versionId,
      evidence,
      limit: AVERAGE_RUN_LENGTH_DAYS,
      averageRunLengthDays: AVERAGE_RUN_LENGTH_DAYS,
    };
  }

  days({ workspace, monitorId, versionId }: CalibrationStanding, first: number | null): Promise<readonly CalibrationDay[]> {
    return versionId === null
      ? Promise.resolve([])
      : this.calibration.days(workspace, monitorId, versionId, Math.min(Math.max(first ?? MOST_DAYS, 0), MOST_DAYS));
  }
}
