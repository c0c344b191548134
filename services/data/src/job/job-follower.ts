import type { Job } from './job.js';

const LOOK_EVERY_MS = 250;

/**
 * The changes of one job, read from its row, so that it does not matter which replica does the job. It ends when the job has
 * ended, and at once when its reader goes away: an async generator that waits is freed only at its next event.
 */
export class JobFollower implements AsyncIterableIterator<Job> {
  private last: string | undefined;
  private done = false;
  private timer: NodeJS.Timeout | undefined;
  private wake: (() => void) | undefined;

  constructor(private readonly look: () => Promise<Job>) {}

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<Job>> {
    while (!this.done) {
      const job = await this.look();
      const seen = `${job.state} ${job.progress} ${job.step}`;
      this.done ||= job.state !== 'running';
      if (seen !== this.last) {
        this.last = seen;
        return { done: false, value: job };
      }
      if (!this.done) await this.pause();
    }
    return { done: true, value: undefined };
  }

  return(): Promise<IteratorResult<Job>> {
    this.done = true;
    clearTimeout(this.timer);
    this.wake?.();
    return Promise.resolve({ done: true, value: undefined });
  }

  private pause(): Promise<void> {
    return new Promise((resolve) => {
      this.wake = resolve;
      this.timer = setTimeout(resolve, LOOK_EVERY_MS);
    });
  }
}
