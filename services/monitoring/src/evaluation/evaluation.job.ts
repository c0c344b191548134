import { Inject, Injectable } from '@nestjs/common';
import { LOG, type Stoppable } from '#libs/host';
import type { Logger } from '#libs/log';
import { Problem } from '#libs/problem';
import type { MonitoringEnv } from '../env.js';
import { SkewService } from '../skew/skew.service.js';
import { ENV } from '../tokens.js';
import type { MonitorAddress } from '../monitor/monitor.repository.js';
import { EvaluationService } from './evaluation.service.js';
import { Wake } from './wake.js';

/** A month of decisions is read again for each refresh, so reports that follow each other closely share one. */
const REFRESH_EVERY_MS = 1_500;
/** What failed is not tried at once again; the comparison of vectors holds nothing else back and can wait longer. */
const RETRY_AFTER_MS = 2_000;
const RETRY_SKEW_AFTER_MS = 20_000;
/** Computing vectors again reads all that was known: where windows close faster than this, they wait their turn. */
const SKEW_EVERY_MS = 10_000;

/**
 * Evaluates what is pending. Any number of replicas may run it: a step holds its monitor's row. When it runs depends on the wall
 * clock; what it finds does not.
 */
@Injectable()
export class EvaluationJob {
  private readonly notBefore = new Map<string, number>();
  private readonly upkeep = new Wake();

  constructor(
    private readonly evaluation: EvaluationService,
    private readonly skew: SkewService,
    private readonly judging: Wake,
    @Inject(ENV) private readonly env: MonitoringEnv,
    @Inject(LOG) private readonly log: Logger,
  ) {}

  /** Judging days and keeping up what is drawn from them are loops of their own: an alert does not wait for a table of drift. */
  start(): Stoppable {
    const ending = new AbortController();
    const running = Promise.all([
      this.repeat(this.judging, (monitor) => this.judge(monitor, ending.signal), ending.signal),
      this.repeat(this.upkeep, (monitor) => this.keepUp(monitor, ending.signal), ending.signal),
    ]);
    return {
      stop: async () => {
        ending.abort();
        this.judging.fire();
        this.upkeep.fire();
        await running;
      },
    };
  }

  private async repeat(wake: Wake, work: (monitor: MonitorAddress) => Promise<void>, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        for (const monitor of await this.evaluation.pending()) if (!signal.aborted) await work(monitor);
      } catch (error) {
        this.log.warn({ err: error }, 'the pending monitors cannot be read');
      }
      await wake.wait(this.env.EVALUATION_INTERVAL_MS);
    }
  }

  private async judge(monitor: MonitorAddress, signal: AbortSignal): Promise<void> {
    await this.guarded(`test ${monitor.id}`, { retryMs: RETRY_AFTER_MS }, () => this.evaluation.testDays(monitor, signal));
  }

  private async keepUp(monitor: MonitorAddress, signal: AbortSignal): Promise<void> {
    const pace = { pauseMs: REFRESH_EVERY_MS, retryMs: RETRY_AFTER_MS };
    await this.guarded(`refresh ${monitor.id}`, pace, () => this.evaluation.refresh(monitor, signal));
    const rare = { pauseMs: SKEW_EVERY_MS, retryMs: RETRY_SKEW_AFTER_MS };
    await this.guarded(`skew ${monitor.id}`, rare, () => this.skew.checkNextWindow(monitor));
  }

  /** One monitor's failure holds back neither the others nor the loop. Answers whether the work was done. */
  private async guarded(work: string, { pauseMs = 0, retryMs }: Pace, run: () => Promise<void>): Promise<boolean> {
    if ((this.notBefore.get(work) ?? 0) > performance.now()) return false;
    try {
      await run();
      this.notBefore.set(work, performance.now() + pauseMs);
      return true;
    } catch (error) {
      this.notBefore.set(work, performance.now() + retryMs);
      const problem = error instanceof Problem ? error.slug : undefined;
      this.log.warn({ work, problem, err: error }, 'an evaluation failed and will be tried again');
      return false;
    }
  }
}

interface Pace {
  /** Least time between two runs. */
  readonly pauseMs?: number;
  readonly retryMs: number;
}
