import fc from 'fast-check';
import { BoundedQueue, type QueueEnd } from './bounded-queue.js';

async function all<T>(queue: BoundedQueue<T>): Promise<T[]> {
  const values: T[] = [];
  for await (const value of queue) values.push(value);
  return values;
}

describe('a bounded queue', () => {
  it('hands over what was pushed, in order, up to its capacity, and says once when there was more', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer()), fc.integer({ min: 1, max: 20 }), async (values, capacity) => {
        const ends: QueueEnd[] = [];
        const queue = new BoundedQueue<number | 'overflow'>(
          capacity,
          () => 'overflow',
          (end) => ends.push(end),
        );
        values.forEach((value) => queue.push(value));
        queue.end();
        const over = values.length > capacity;
        expect(await all(queue)).toEqual([...values.slice(0, capacity), ...(over ? ['overflow'] : [])]);
        expect(ends).toEqual(over ? ['overflow'] : []);
      }),
    );
  });

  it('wakes a reader that waits', async () => {
    const queue = new BoundedQueue<number>(
      1,
      () => -1,
      () => undefined,
    );
    const waiting = queue.next();
    queue.push(7);
    expect(await waiting).toEqual({ done: false, value: 7 });
  });

  it('lets a waiting reader go at once when it returns, and tells the source', async () => {
    const ends: QueueEnd[] = [];
    const queue = new BoundedQueue<number>(
      1,
      () => -1,
      (end) => ends.push(end),
    );
    const waiting = queue.next();
    await queue.return();
    expect(await waiting).toEqual({ done: true, value: undefined });
    expect(ends).toEqual(['returned']);
    queue.push(1);
    expect((await queue.next()).done).toBe(true);
  });
});
