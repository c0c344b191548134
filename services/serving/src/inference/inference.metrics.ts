import { Injectable } from '@nestjs/common';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { InferencePool } from '#libs/inference';
import { Problem } from '#libs/problem';

const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];

/** What an operator sees of inference; labels are few, ids go to the log. */
@Injectable()
export class InferenceMetrics {
  private readonly duration: Histogram;
  private readonly refused: Counter<'kind'>;

  constructor(registry: Registry, pool: InferencePool) {
    const registers = [registry];
    this.duration = new Histogram({
      name: 'serving_infer_duration_seconds',
      help: 'Time from request to answer of ModelInfer.',
      buckets: BUCKETS,
      registers,
    });
    this.refused = new Counter({
      name: 'serving_infer_failures_total',
      help: 'ModelInfer calls that were not answered, by kind.',
      labelNames: ['kind'],
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
    gauge('serving_models_loaded', 'Models in the inference processes.', () => pool.statistics().models);
    gauge('serving_infer_queued', 'Requests that wait for a model.', () => pool.statistics().queued);
    gauge('serving_infer_running', 'Requests that a model computes.', () => pool.statistics().running);
  }

  async measure<T>(work: () => Promise<T>): Promise<T> {
    const end = this.duration.startTimer();
    try {
      return await work();
    } catch (error) {
      this.refused.inc({ kind: error instanceof Problem ? error.kind : 'internal' });
      throw error;
    } finally {
      end();
    }
  }
}
