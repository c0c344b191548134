/** Why a queue ended before its source did. */
export type QueueEnd = 'overflow' | 'returned';

/**
 * A queue between a source that pushes and a reader that pulls, bounded: what a reader does not take in time ends the queue
 * instead of filling the memory. One reader.
 */
export class BoundedQueue<T> implements AsyncIterableIterator<T> {
  private readonly waiting: T[] = [];
  private wake: (() => void) | undefined;
  private ended = false;

  /**
   * @param capacity how many values may wait
   * @param onOverflow makes the last value the reader gets when there were more
   * @param onEnd called once when nothing more will be taken, so that the source can stop
   */
  constructor(
    private readonly capacity: number,
    private readonly onOverflow: () => T,
    private readonly onEnd: (end: QueueEnd) => void,
  ) {}

  push(value: T): void {
    if (this.ended) return;
    if (this.waiting.length >= this.capacity) {
      this.waiting.push(this.onOverflow());
      this.end();
      this.onEnd('overflow');
      return;
    }
    this.waiting.push(value);
    this.wake?.();
  }

  /** No more values come; what waits is still read. */
  end(): void {
    this.ended = true;
    this.wake?.();
  }

  async next(): Promise<IteratorResult<T, undefined>> {
    while (this.waiting.length === 0 && !this.ended) {
      await new Promise<void>((resolve) => (this.wake = resolve));
      this.wake = undefined;
    }
    const value = this.waiting.shift();
    return value === undefined ? { done: true, value: undefined } : { done: false, value };
  }

  /** The reader goes away: a pending `next` resolves at once, and the source is told. */
  return(): Promise<IteratorResult<T, undefined>> {
    const first = !this.ended;
    this.waiting.length = 0;
    this.end();
    if (first) this.onEnd('returned');
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
