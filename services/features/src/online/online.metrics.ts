import { Injectable } from '@nestjs/common';
import { Counter, Histogram, Registry } from 'prom-client';

/** How much is read online, and how long it takes. */
@Injectable()
export class OnlineMetrics {
  private readonly rows: Counter;
  private readonly seconds: Histogram;

  constructor(registry: Registry) {
    const registers = [registry];
    this.rows = new Counter({ name: 'features_online_rows_total', help: 'Rows whose vectors were read online.', registers });
    this.seconds = new Histogram({
      name: 'features_online_read_seconds',
      help: 'Time of one online read, whatever its number of rows.',
      buckets: [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 2],
      registers,
    });
  }

  /** Measures a read from now until the function it answers is called. */
  begin(): (rows: number) => void {
    const end = this.seconds.startTimer();
    return (rows) => {
      end();
      this.rows.inc(rows);
    };
  }
}
