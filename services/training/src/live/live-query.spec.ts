import { LiveQuery, type Look } from './live-query.js';

function sourceOf(looks: Look<number>[]) {
  const waits: AbortSignal[] = [];
  return {
    waits,
    look: () => Promise.resolve(looks.shift() ?? { items: [], ended: false }),
    wait: (signal: AbortSignal) => {
      waits.push(signal);
      return looks.length > 0
        ? Promise.resolve()
        : new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
    },
  };
}

describe('a live query', () => {
  it('gives what comes, in order, and ends with its source', async () => {
    const items: number[] = [];
    for await (const item of new LiveQuery(
      sourceOf([
        { items: [1, 2], ended: false },
        { items: [], ended: false },
        { items: [3], ended: true },
      ]),
    )) {
      items.push(item);
    }
    expect(items).toEqual([1, 2, 3]);
  });

  it('ends at once when its reader goes away while it waits', async () => {
    const source = sourceOf([]);
    const query = new LiveQuery(source);
    const waiting = query.next();
    while (source.waits.length === 0) await new Promise((resolve) => setImmediate(resolve));
    await query.return();
    expect(await waiting).toEqual({ done: true, value: undefined });
    expect(source.waits[0]!.aborted).toBe(true);
  });
});
