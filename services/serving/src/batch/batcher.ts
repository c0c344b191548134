interface Asked<Item, Answer> {
  readonly item: Item;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}

/** Answers items in their order, all at once. */
export type AnswerAll<Item, Answer> = (items: readonly Item[]) => Promise<readonly Answer[]>;

/**
 * Joins questions that arrive while others are under way: a lone one goes out at once with its turn of the loop, many share a call.
 * Where a shared call fails, each of its items is asked alone, so that one bad item fails by itself.
 */
export class Batcher<Item, Answer> {
  private waiting: Asked<Item, Answer>[] = [];
  private running = 0;
  private scheduled = false;

  constructor(
    private readonly answerAll: AnswerAll<Item, Answer>,
    private readonly bounds: { readonly maxItems: number; readonly maxCalls: number },
  ) {}

  get isIdle(): boolean {
    return this.running === 0 && this.waiting.length === 0;
  }

  ask(item: Item): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ item, resolve, reject });
      if (this.scheduled) return;
      this.scheduled = true;
      setImmediate(() => {
        this.scheduled = false;
        this.send();
      });
    });
  }

  private send(): void {
    while (this.waiting.length > 0 && this.running < this.bounds.maxCalls) {
      this.running += 1;
      void this.answer(this.waiting.splice(0, this.bounds.maxItems)).finally(() => {
        this.running -= 1;
        this.send();
      });
    }
  }

  private async answer(asked: readonly Asked<Item, Answer>[]): Promise<void> {
    try {
      const answers = await this.answerAll(asked.map(({ item }) => item));
      asked.forEach(({ resolve }, i) => resolve(answers[i]!));
    } catch (error) {
      if (asked.length === 1) return asked[0]!.reject(error);
      await Promise.all(asked.map((one) => this.answer([one])));
    }
  }
}
