import { Injectable } from '@nestjs/common';
import { isId } from '#libs/ids';
import type { Viewer } from '#libs/identity';
import { Problem } from '#libs/problem';
import { Wake } from '../evaluation/wake.js';
import { requireReport, type ReportCounts } from './outcome.js';
import { OutcomeRepository, type OutcomeReport } from './outcome.repository.js';

const TOMORROW_MS = 86_400_000;

@Injectable()
export class OutcomeService {
  constructor(
    private readonly outcomes: OutcomeRepository,
    private readonly wake: Wake,
  ) {}

  /** Takes a report in whole or not at all. */
  async report(report: OutcomeReport, viewer: Viewer): Promise<ReportCounts> {
    requireReport(report.outcomes);
    const odd = report.outcomes.find(({ decisionId }) => !isId('decision', decisionId));
    if (odd)
      throw new Problem('invalid', 'monitoring/decision-id', 'this is not the id of a decision', {
        decisionId: odd.decisionId.slice(0, 80),
      });
    if (report.completeUntil.getTime() > Date.now() + TOMORROW_MS) {
      // Taken at its word, it would close every day to come before anything is decided on it.
      throw new Problem('invalid', 'monitoring/complete-in-future', 'outcomes cannot be complete until a moment that lies ahead');
    }
    const counts = await this.outcomes.report(report, viewer);
    this.wake.fire();
    return counts;
  }
}
