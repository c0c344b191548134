import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { CalibrationRepository } from '../calibration/calibration.repository.js';
import { DecisionRepository } from '../decision/decision.repository.js';
import { startOf } from '../monitor/event-day.js';
import type { PricedMonitor } from '../monitor/monitor.js';
import { MonitorRepository, type MonitorAddress } from '../monitor/monitor.repository.js';
import { OutcomeRepository } from '../outcome/outcome.repository.js';
import { nextStep, type EvaluationStep } from './next-step.js';

@Injectable()
export class EvaluationRepository {
  constructor(
    private readonly monitors: MonitorRepository,
    private readonly outcomes: OutcomeRepository,
    private readonly decisions: DecisionRepository,
    private readonly calibration: CalibrationRepository,
  ) {}

  /** Tests the next day that is mature; false where none is, or where another replica is at it. */
  async testNextDay(address: MonitorAddress): Promise<boolean> {
    const moved = await this.monitors.exclusively(address, async (tx, monitor) => {
      const unjoined = await this.outcomes.join(tx, monitor);
      const step = nextStep(monitor, await this.decisions.firstSince(tx, monitor.endpointId, monitor.testedUntil), unjoined);
      if (step) await this.take(tx, monitor, step);
      return step !== undefined;
    });
    return moved ?? false;
  }

  private async take(tx: EntityManager, monitor: PricedMonitor, { test, testedUntil }: EvaluationStep): Promise<void> {
    await tx.query(`update monitor set tested_until = $2 where id = $1`, [monitor.id, startOf(testedUntil)]);
    if (test === undefined) return;
    await this.calibration.test(tx, monitor, test);
    await this.decisions.touch(tx, monitor.workspace, monitor.id, test);
  }
}
