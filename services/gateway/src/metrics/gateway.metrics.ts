import { Injectable } from '@nestjs/common';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { OpenStreams } from '../door/open-streams.js';

/** What the gateway counts. Labels are kinds, never ids or names that a caller chooses. */
@Injectable()
export class GatewayMetrics {
  readonly operations: Counter<'type' | 'outcome'>;
  readonly seconds: Histogram<'type'>;

  constructor(registry: Registry, streams: OpenStreams) {
    const registers = [registry];
    this.operations = new Counter({
      name: 'millrace_gateway_operations_total',
      help: 'GraphQL operations by type and outcome (ok, or the code of the first error).',
      labelNames: ['type', 'outcome'],
      registers,
    });
    this.seconds = new Histogram({
      name: 'millrace_gateway_operation_seconds',
      help: 'Time from a parsed operation to its result; for subscriptions to their beginning.',
      labelNames: ['type'],
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
      registers,
    });
    new Gauge({
      name: 'millrace_gateway_open_streams',
      help: 'Open sockets and event streams.',
      registers,
      collect() {
        this.set(streams.size);
      },
    });
  }
}
