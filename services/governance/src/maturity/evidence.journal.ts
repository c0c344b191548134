import { Inject, Injectable } from '@nestjs/common';
import { LOG, type Stoppable } from '#libs/host';
import type { Logger } from '#libs/log';
import { UseCaseRepository } from '../use-case/use-case.repository.js';
import { MaturityRepository } from './maturity.repository.js';
import { MaturityService } from './maturity.service.js';

const FIRST_AFTER_MS = 300_000;
const EVERY_MS = 3_600_000;

/**
 * Measures every workspace once a day, so that a level which must hold for months has days to rest on. Replicas may do it twice:
 * a day has one row.
 */
@Injectable()
export class EvidenceJournal implements Stoppable {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();
  private stopped = false;

  constructor(
    private readonly useCases: UseCaseRepository,
    private readonly kept: MaturityRepository,
    private readonly maturity: MaturityService,
    @Inject(LOG) private readonly log: Logger,
  ) {}

  start(): this {
    this.plan(FIRST_AFTER_MS);
    return this;
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.running;
  }

  private plan(afterMs: number): void {
    if (this.stopped) return;
    this.timer = setTimeout(() => {
      this.running = this.measureAll(new Date())
        .catch((error: unknown) => this.log.warn({ err: error }, 'evidence could not be measured'))
        .then(() => this.plan(EVERY_MS));
    }, afterMs);
  }

  /** Measures the workspaces that have no measure of the day. */
  async measureAll(now: Date): Promise<void> {
    for (const workspace of await this.useCases.workspaces()) {
      if (!this.stopped && !(await this.kept.measuredToday(workspace, now))) await this.maturity.measure(workspace, now);
    }
  }
}
