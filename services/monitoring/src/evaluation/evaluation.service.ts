import { Injectable } from '@nestjs/common';
import { MetricContractPeer } from '../monitor/metric-contract.peer.js';
import { MonitorRepository, type MonitorAddress } from '../monitor/monitor.repository.js';
import { VersionService } from '../version/version.service.js';
import { EvaluationRepository } from './evaluation.repository.js';
import { RefreshRepository } from './refresh.repository.js';

@Injectable()
export class EvaluationService {
  constructor(
    private readonly monitors: MonitorRepository,
    private readonly versions: VersionService,
    private readonly contracts: MetricContractPeer,
    private readonly evaluation: EvaluationRepository,
    private readonly refreshes: RefreshRepository,
  ) {}

  pending(): Promise<readonly MonitorAddress[]> {
    return this.monitors.pending();
  }

  /** Tests every day that is mature, one transaction each; what other services know is asked for first, outside of them. */
  async testDays(address: MonitorAddress, signal: AbortSignal): Promise<void> {
    await this.prepare(address);
    while (!signal.aborted && (await this.evaluation.testNextDay(address)));
  }

  /** Brings every stale window and month up to date, one transaction each. */
  async refresh(address: MonitorAddress, signal: AbortSignal): Promise<void> {
    while (!signal.aborted && (await this.refreshes.refreshOne(address)));
  }

  private async prepare(address: MonitorAddress): Promise<void> {
    const monitor = await this.monitors.find(address.workspace, address.id);
    if (monitor && !monitor.contract) {
      await this.monitors.setContract(
        monitor.workspace,
        monitor.id,
        await this.contracts.inForce(monitor.workspace, monitor.useCaseId),
      );
    }
    await this.versions.freezeNew(address);
  }
}
