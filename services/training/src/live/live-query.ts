/** One look at what changed since the last. */
export interface Look<Item> {
  readonly items: readonly Item[];
  /** Nothing more will come. */
  readonly ended: boolean;
}

/** What a live query asks and how it waits. */
export interface LiveSource<Item> {
  /** What is new since the last look; the source keeps its own cursor. */
  look(): Promise<Look<Item>>;
  /** Resolves when looking again may be worth while, and at once when the signal is aborted. */
  wait(signal: AbortSignal): Promise<void>;
}

/**
 * Follows a source from the database until it ends. An async generator that waits is freed only at its next event; this one ends at
 * once when its reader goes away, whatever it waits for.
 */
export class LiveQuery<Item> implements AsyncIterableIterator<Item> {
  private readonly gone = new AbortController();
  private pending: Item[] = [];
  private ended = false;
  private turn: Promise<unknown> = Promise.resolve();

  constructor(private readonly source: LiveSource<Item>) {}

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<Item>> {
    const answer = this.turn.then(() => this.nextItem());
    this.turn = answer.catch(() => undefined);
    return answer;
  }

  return(): Promise<IteratorResult<Item>> {
    this.gone.abort();
    return Promise.resolve({ done: true, value: undefined });
  }

  private async nextItem(): Promise<IteratorResult<Item>> {
    for (;;) {
      if (this.gone.signal.aborted) return { done: true, value: undefined };
      const item = this.pending.shift();
      if (item !== undefined) return { done: false, value: item };
      if (this.ended) return { done: true, value: undefined };
      const { items, ended } = await this.source.look();
      this.pending = [...items];
      this.ended = ended;
      if (items.length === 0 && !ended) await this.source.wait(this.gone.signal);
    }
  }
}
