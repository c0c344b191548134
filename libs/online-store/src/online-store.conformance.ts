import { packTimeline, entryAt } from '#libs/timeline';
import type { EntityChunk, OnlineStore } from './online-store.js';

/** What an implementation gives the suite. */
export interface OnlineStoreFixture {
  /** A store without generations. */
  open(): Promise<OnlineStore>;
}

const MINUTE = 60_000;

/** Chunks of an entity whose value at minute n is `value + n`, one entry a minute. */
function chunksOf(entityKey: string, value: number, minutes = 10): EntityChunk[] {
  const entries = Array.from({ length: minutes }, (_, n) => ({ knownMs: n * MINUTE, values: [value + n] }));
  return [...packTimeline([{ kind: 'number' }], entries, { maxEntries: 4 })].map((chunk) => ({ ...chunk, entityKey }));
}

/** The behaviour that every `OnlineStore` owes; each implementation's spec calls it once, inside jest. */
export function onlineStoreConformance(name: string, fixture: OnlineStoreFixture): void {
  describe(`${name} as an online store`, () => {
    let store: OnlineStore;
    beforeAll(async () => {
      store = await fixture.open();
    });
    const valuesAt = async (
      workspace: string,
      probes: readonly (readonly [view: string, key: string, ms: number])[],
    ): Promise<unknown[]> => {
      const columns = {
        views: probes.map(([view]) => view),
        entityKeys: probes.map(([, key]) => key),
        momentsMs: probes.map(([, , ms]) => ms),
      };
      const payloads = await store.find(workspace, columns);
      return payloads.map((payload, i) => payload && (entryAt(payload, probes[i]![2])?.values[0] ?? null));
    };
    reading(() => store, valuesAt);
    replacing(() => store, valuesAt);
  });
}

type ValuesAt = (workspace: string, probes: readonly (readonly [view: string, key: string, ms: number])[]) => Promise<unknown[]>;

function reading(store: () => OnlineStore, valuesAt: ValuesAt): void {
  it('answers each probe, in the order asked, from the chunk that covers its moment', async () => {
    await store().append('main', 'reading-1', [...chunksOf('UA', 0), ...chunksOf('AA', 100)]);
    await store().append('main', 'reading-2', chunksOf('UA', 1_000));
    await store().publish('main', 'reading/carrier', 'reading-1');
    await store().publish('main', 'reading/plane', 'reading-2');
    const probes = [
      ['reading/carrier', 'UA', 5 * MINUTE],
      ['reading/plane', 'UA', 5 * MINUTE - 1],
      ['reading/carrier', 'AA', 0],
      ['reading/carrier', 'UA', -1],
      ['reading/carrier', 'DL', 5 * MINUTE],
      ['reading/unknown', 'UA', 5 * MINUTE],
      ['reading/carrier', 'AA', 1e15],
      ['reading/carrier', 'UA', 5 * MINUTE],
    ] as const;
    expect(await valuesAt('main', probes)).toEqual([5, 1_004, 100, null, null, null, 109, 5]);
    expect(await store().find('main', { views: [], entityKeys: [], momentsMs: [] })).toEqual([]);
  });

  it('keeps workspaces apart', async () => {
    await store().append('main', 'apart-1', chunksOf('UA', 1));
    await store().append('other', 'apart-1', chunksOf('UA', 2));
    await store().publish('main', 'apart', 'apart-1');
    expect(await valuesAt('other', [['apart', 'UA', 0]])).toEqual([null]);
    await store().publish('other', 'apart', 'apart-1');
    expect(await valuesAt('other', [['apart', 'UA', 0]])).toEqual([2]);
    expect(await valuesAt('main', [['apart', 'UA', 0]])).toEqual([1]);
  });

  it('takes any text as an entity key', async () => {
    const keys = [`2:UA3:EWR`, `o'hare "x"`, 'Ünï→', '{}', 'a,b'];
    await store().append(
      'main',
      'keys-1',
      keys.flatMap((key, i) => chunksOf(key, i)),
    );
    await store().publish('main', 'keys', 'keys-1');
    expect(
      await valuesAt(
        'main',
        keys.map((key) => ['keys', key, 0] as const),
      ),
    ).toEqual(keys.map((_, i) => i));
  });
}

function replacing(store: () => OnlineStore, valuesAt: ValuesAt): void {
  it('shows a generation only when it is published, and a fill that was repeated once', async () => {
    await store().append('main', 'fill-1', chunksOf('UA', 7));
    expect(await valuesAt('main', [['fill', 'UA', 0]])).toEqual([null]);
    await store().append('main', 'fill-1', chunksOf('UA', 7));
    expect(await store().publish('main', 'fill', 'fill-1')).toBeNull();
    expect(await store().publish('main', 'fill', 'fill-1')).toBe('fill-1');
    expect(await valuesAt('main', [['fill', 'UA', 9 * MINUTE]])).toEqual([16]);
  });

  it('replaces a view as a whole: an entity that the new generation lacks is gone', async () => {
    await store().append('main', 'whole-1', [...chunksOf('UA', 1), ...chunksOf('AA', 2)]);
    await store().publish('main', 'whole', 'whole-1');
    await store().append('main', 'whole-2', chunksOf('UA', 3));
    expect(await store().publish('main', 'whole', 'whole-2')).toBe('whole-1');
    expect(
      await valuesAt('main', [
        ['whole', 'UA', 0],
        ['whole', 'AA', 0],
      ]),
    ).toEqual([3, null]);
  });

  it('removes a generation that nobody reads, however large, and none that somebody does', async () => {
    const many = Array.from({ length: 1_100 }, (_, i) => chunksOf(`N${i}`, i)).flat();
    await store().append('main', 'remove-1', many);
    await store().publish('main', 'remove', 'remove-1');
    expect(await store().remove('main', 'remove-1')).toBe(false);
    expect(await valuesAt('main', [['remove', 'N1099', 0]])).toEqual([1_099]);
    await store().append('main', 'remove-2', chunksOf('N1', 5));
    await store().publish('main', 'remove', 'remove-2');
    expect(await store().remove('main', 'remove-1')).toBe(true);
    await store().publish('main', 'remove', 'remove-1');
    expect(
      await valuesAt('main', [
        ['remove', 'N1', 0],
        ['remove', 'N1099', 0],
      ]),
    ).toEqual([null, null]);
  });
}
