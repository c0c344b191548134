import { Problem } from '#libs/problem';
import type { Alert } from './alert.js';

/** A subscriber that does not read is let go before it fills the memory. */
const MOST_WAITING = 1_000;

/** Alerts on their way to one subscriber. Freed at once by `return`, also while it waits: a plain generator would wait for the next alert. */
export class AlertQueue implements AsyncIterableIterator<Alert> {
  private readonly waiting: Alert[] = [];
  private readonly readers: ((result: IteratorResult<Alert>) => void)[] = [];
  private failure: Problem | undefined;
  private ended = false;

  constructor(private readonly onEnd: (queue: AlertQueue) => void) {}

  push(alert: Alert): void {
    if (this.ended) return;
    const reader = this.readers.shift();
    if (reader) return reader({ value: alert, done: false });
    this.waiting.push(alert);
    if (this.waiting.length <= MOST_WAITING) return;
    this.failure = new Problem(
      'exhausted',
      'monitoring/slow-subscriber',
      'the subscriber does not keep up; subscribe again after the last alert seen',
    );
    this.waiting.length = 0;
    this.onEnd(this);
  }

  next(): Promise<IteratorResult<Alert>> {
    const alert = this.waiting.shift();
    if (alert) return Promise.resolve({ value: alert, done: false });
    if (this.failure) return Promise.reject(this.failure);
    if (this.ended) return Promise.resolve({ value: undefined, done: true });
    return new Promise((resolve) => this.readers.push(resolve));
  }

  return(): Promise<IteratorResult<Alert>> {
    if (!this.ended) {
      this.ended = true;
      this.onEnd(this);
      for (const reader of this.readers.splice(0)) reader({ value: undefined, done: true });
    }
    return Promise.resolve({ value: undefined, done: true });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
