import { Batcher } from './batcher.js';

describe('questions that arrive together', () => {
  it('share one call, and each gets its own answer', async () => {
    const calls: (readonly number[])[] = [];
    const batcher = new Batcher<number, number>(
      async (items) => {
        calls.push(items);
        return items.map((item) => item * 10);
      },
      { maxItems: 4, maxCalls: 1 },
    );
    expect(await Promise.all([1, 2, 3, 4, 5].map((item) => batcher.ask(item)))).toEqual([10, 20, 30, 40, 50]);
    expect(calls).toEqual([[1, 2, 3, 4], [5]]);
    expect(batcher.isIdle).toBe(true);
  });

  it('fail alone where one of them is bad', async () => {
    const batcher = new Batcher<number, number>(
      async (items) => {
        if (items.includes(2)) throw new Error('two is bad');
        return items;
      },
      { maxItems: 10, maxCalls: 1 },
    );
    const outcomes = await Promise.allSettled([1, 2, 3].map((item) => batcher.ask(item)));
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });

  it('wait while as many calls as allowed are under way', async () => {
    let open = 0;
    let most = 0;
    const batcher = new Batcher<number, number>(
      async (items) => {
        most = Math.max(most, ++open);
        await new Promise((resolve) => setImmediate(resolve));
        open -= 1;
        return items;
      },
      { maxItems: 1, maxCalls: 2 },
    );
    await Promise.all(Array.from({ length: 10 }, (_, i) => batcher.ask(i)));
    expect(most).toBe(2);
  });
});
