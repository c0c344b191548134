import { createHash, randomBytes } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import type { ObjectStore } from './object-store.js';

/** What an implementation gives the suite. */
export interface ObjectStoreFixture {
  /** An empty store that refuses objects of more than `maxObjectBytes`. */
  open(maxObjectBytes: number): Promise<ObjectStore>;
  /** Changes one stored byte behind the store's back. */
  damage(workspace: string, hash: string): Promise<void>;
}

const MAX_BYTES = 1_000_000;
const ABSENT = 'f'.repeat(64);
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

async function collect(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** The behaviour that every `ObjectStore` owes; each implementation's spec calls it once, inside jest. */
export function objectStoreConformance(name: string, fixture: ObjectStoreFixture): void {
  describe(`${name} as an object store`, () => {
    let store: ObjectStore;
    beforeEach(async () => {
      store = await fixture.open(MAX_BYTES);
    });
    writing(() => store);
    reading(() => store, fixture);
    keepingApart(() => store);
  });
}

function writing(store: () => ObjectStore): void {
  it('addresses a body by its SHA-256, whether it comes as bytes or as a stream', async () => {
    const body = randomBytes(300_000);
    const head = { hash: sha256(body), sizeBytes: body.length };
    expect(await store().put('w1', body)).toEqual(head);
    expect(await store().put('w1', Readable.from([body.subarray(0, 7), body.subarray(7)]))).toEqual(head);
    expect(await store().head('w1', head.hash)).toEqual(head);
  });

  it('stores an empty body', async () => {
    const { hash } = await store().put('w1', new Uint8Array(0));
    expect(hash).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
    expect(await store().bytes('w1', hash)).toHaveLength(0);
  });

  it('leaves nothing behind when a body is too long, is not what was announced, breaks off, or is cancelled', async () => {
    const long = randomBytes(MAX_BYTES + 1);
    await expect(store().put('w1', long)).rejects.toMatchObject({ kind: 'too-large', slug: 'objects/too-large' });
    const body = randomBytes(1000);
    await expect(store().put('w1', body, { maxBytes: 999 })).rejects.toMatchObject({ slug: 'objects/too-large' });
    await expect(store().put('w1', body, { expectedHash: ABSENT })).rejects.toMatchObject({ slug: 'objects/hash-mismatch' });
    const broken = Readable.from(
      (async function* () {
        yield body;
        throw new Error('the line went dead');
      })(),
    );
    await expect(store().put('w1', broken)).rejects.toThrow('the line went dead');
    const cancelled = store().put('w1', Readable.from([body]), { signal: AbortSignal.abort() });
    await expect(cancelled).rejects.toMatchObject({ name: 'AbortError' });
    expect(await store().exists('w1', sha256(long))).toBe(false);
    expect(await store().exists('w1', sha256(body))).toBe(false);
  });

  it('settles the same body put by many at once as one object', async () => {
    const body = randomBytes(50_000);
    const heads = await Promise.all(Array.from({ length: 8 }, () => store().put('w1', body)));
    expect(new Set(heads.map((head) => head.hash)).size).toBe(1);
    expect(await store().bytes('w1', sha256(body), { verify: true })).toHaveLength(body.length);
  });
}

function reading(store: () => ObjectStore, fixture: ObjectStoreFixture): void {
  it('gives back every byte as a stream, in memory, and as a file that nobody may write', async () => {
    const body = randomBytes(200_000);
    const { hash } = await store().put('w1', body);
    expect(sha256(await collect(await store().get('w1', hash)))).toBe(hash);
    expect(sha256(await collect(await store().get('w1', hash, { verify: true })))).toBe(hash);
    expect(sha256(await store().bytes('w1', hash))).toBe(hash);
    await store().withFile('w1', hash, async (path) => {
      expect(sha256(await readFile(path))).toBe(hash);
      expect((await stat(path)).mode & 0o222).toBe(0);
    });
  });

  it('gives any range, also an empty one, and refuses one beyond the end', async () => {
    const body = randomBytes(10_000);
    const { hash } = await store().put('w1', body);
    const range = { start: 17, end: 9_999 };
    expect(await store().bytes('w1', hash, { range })).toEqual(body.subarray(17, 9_999));
    expect(await store().bytes('w1', hash, { range: { start: 5, end: 5 } })).toHaveLength(0);
    for (const bad of [
      { start: -1, end: 5 },
      { start: 6, end: 5 },
      { start: 0, end: 10_001 },
      { start: 0.5, end: 5 },
    ]) {
      await expect(store().bytes('w1', hash, { range: bad })).rejects.toMatchObject({ slug: 'objects/range' });
    }
    await expect(store().get('w1', hash, { range, verify: true })).rejects.toMatchObject({ slug: 'objects/range-unverifiable' });
  });

  it('refuses to take more into memory than was asked for', async () => {
    const { hash } = await store().put('w1', randomBytes(1000));
    await expect(store().bytes('w1', hash, { maxBytes: 999 })).rejects.toMatchObject({ kind: 'too-large' });
  });

  it('notices a rotten byte when asked to verify', async () => {
    const { hash } = await store().put('w1', randomBytes(1000));
    await fixture.damage('w1', hash);
    await expect(store().bytes('w1', hash, { verify: true })).rejects.toMatchObject({ slug: 'objects/corrupt' });
  });
}

function keepingApart(store: () => ObjectStore): void {
  it('does not let one workspace see the objects of another', async () => {
    const { hash } = await store().put('w1', randomBytes(10));
    expect(await store().exists('w2', hash)).toBe(false);
    await expect(store().get('w2', hash)).rejects.toMatchObject({ kind: 'not-found', slug: 'objects/absent' });
    expect(await store().delete('w2', hash)).toBe(false);
    expect(await store().exists('w1', hash)).toBe(true);
  });

  it('forgets a deleted object, and takes the same body again', async () => {
    const body = randomBytes(10);
    const { hash } = await store().put('w1', body);
    expect(await store().delete('w1', hash)).toBe(true);
    expect(await store().delete('w1', hash)).toBe(false);
    await expect(store().bytes('w1', hash)).rejects.toMatchObject({ slug: 'objects/absent' });
    await expect(store().withFile('w1', hash, async () => 1)).rejects.toMatchObject({ slug: 'objects/absent' });
    await store().put('w1', body);
    expect(sha256(await store().bytes('w1', hash))).toBe(hash);
  });

  it('refuses what is not an address before it becomes a path', async () => {
    const bad = { slug: 'objects/address' };
    for (const workspace of ['', '..', 'a/b', '.incoming', 'x'.repeat(64)]) {
      await expect(store().put(workspace, new Uint8Array(1))).rejects.toMatchObject(bad);
      await expect(store().head(workspace, ABSENT)).rejects.toMatchObject(bad);
    }
    for (const hash of ['', '../../etc/passwd', ABSENT.toUpperCase(), `${ABSENT}0`]) {
      await expect(store().get('w1', hash)).rejects.toMatchObject(bad);
      await expect(store().delete('w1', hash)).rejects.toMatchObject(bad);
    }
  });
}
