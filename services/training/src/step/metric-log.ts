import type { MetricPoint } from '../run/run.js';

const FLUSH_MS = 200;

/** Gathers metric points and writes them a few times a second, in order: a reader sees them live, the database is not hurried. */
export class MetricLog {
  private waiting: MetricPoint[] = [];
  private timer: NodeJS.Timeout | undefined;
  private writing: Promise<void> = Promise.resolve();
  private failure: unknown;

  constructor(private readonly write: (points: readonly MetricPoint[]) => Promise<void>) {}

  add(points: readonly MetricPoint[]): void {
    this.waiting.push(...points);
    this.timer ??= setTimeout(() => this.flush(), FLUSH_MS);
  }

  /** Writes what waits; a write that failed fails here. */
  async close(): Promise<void> {
    this.flush();
    await this.writing;
    if (this.failure !== undefined) throw this.failure;
  }

  private flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const points = this.waiting;
    this.waiting = [];
    if (points.length === 0) return;
    this.writing = this.writing.then(() => this.write(points)).catch((error: unknown) => void (this.failure ??= error));
  }
}
