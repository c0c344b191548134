import { Inject, Injectable } from '@nestjs/common';
import { Counter, Gauge, Registry } from 'prom-client';
import type { Spool } from '#libs/spool';
import { SPOOL } from '../tokens.js';
import { DecisionRecorder } from './decision.recorder.js';
import type { Arm } from './decision.js';

/** What an operator sees of decisions. */
@Injectable()
export class DecisionMetrics {
  private readonly made: Counter<'arm'>;
  private readonly repeated: Counter;
  private readonly inDatabase: Counter;

  constructor(registry: Registry, recorder: DecisionRecorder, @Inject(SPOOL) spool: Spool) {
    const registers = [registry];
    this.made = new Counter({
      name: 'serving_decisions_total',
      help: 'Decisions made and recorded, by arm.',
      labelNames: ['arm'],
      registers,
    });
    this.repeated = new Counter({
      name: 'serving_decisions_repeated_total',
      help: 'Rows answered with the decision that was made before.',
      registers,
    });
    this.inDatabase = new Counter({
      name: 'serving_decisions_stored_total',
      help: 'Decisions brought from the spool to the database.',
      registers,
    });
    const gauge = (name: string, help: string, value: () => number): void => {
      new Gauge({
        name,
        help,
        registers,
        collect() {
          this.set(value());
        },
      });
    };
    gauge(
      'serving_decisions_pending',
      'Decisions in the spool that the database does not have yet.',
      () => recorder.pendingCount,
    );
    gauge('serving_spool_bytes', 'Bytes of the spool of decisions.', () => spool.bytes);
  }

  decided(arm: Arm): void {
    this.made.inc({ arm });
  }

  answeredAgain(rows: number): void {
    this.repeated.inc(rows);
  }

  stored(decisions: number): void {
    this.inDatabase.inc(decisions);
  }
}
