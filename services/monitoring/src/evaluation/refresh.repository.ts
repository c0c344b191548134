import { Injectable } from '@nestjs/common';
import { MonitorRepository, type MonitorAddress } from '../monitor/monitor.repository.js';
import { StalePeriodRepository } from '../monitor/stale-period.repository.js';
import { MonthValueRepository } from '../value/month-value.repository.js';
import { WindowRepository } from '../window/window.repository.js';

@Injectable()
export class RefreshRepository {
  constructor(
    private readonly monitors: MonitorRepository,
    private readonly stale: StalePeriodRepository,
    private readonly windows: WindowRepository,
    private readonly months: MonthValueRepository,
  ) {}

  /**
   * Brings one stale window or month up to date; where none is left, everything before the tested day stands, and the monitor says so.
   * False where nothing is left, or where another replica is at it.
   */
  async refreshOne(address: MonitorAddress): Promise<boolean> {
    const refreshed = await this.monitors.exclusively(address, async (tx, monitor) => {
      if (!monitor.testedUntil) return false;
      const period = await this.stale.take(tx, monitor.id, monitor.testedUntil);
      if (period?.kind === 'window') await this.windows.refresh(tx, monitor, period.start);
      if (period?.kind === 'month') await this.months.refresh(tx, monitor, period.start);
      if (!period) await tx.query(`update monitor set evaluated_until = tested_until where id = $1`, [monitor.id]);
      return period !== undefined;
    });
    return refreshed ?? false;
  }
}
