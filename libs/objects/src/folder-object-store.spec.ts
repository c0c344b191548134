import { chmod, mkdtemp, open, readdir, rm, truncate, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FolderObjectStore } from './folder-object-store.js';
import { objectStoreConformance } from './object-store.conformance.js';

const folders: string[] = [];
async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-objects-'));
  folders.push(folder);
  return folder;
}
const pathOf = (root: string, workspace: string, hash: string) => join(root, workspace, hash.slice(0, 2), hash);

afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
});

objectStoreConformance('a folder', {
  open: async (maxObjectBytes) => FolderObjectStore.open(await newFolder(), { maxObjectBytes }),
  damage: async (workspace, hash) => {
    const path = pathOf(folders.at(-1)!, workspace, hash);
    await chmod(path, 0o644);
    const file = await open(path, 'r+');
    const byte = Buffer.alloc(1);
    await file.read(byte, 0, 1, 500);
    await file.write(Buffer.from([byte[0]! ^ 1]), 0, 1, 500);
    await file.close();
  },
});

describe('a folder of objects', () => {
  it('finds its objects again after it is opened anew', async () => {
    const root = await newFolder();
    const { hash } = await (await FolderObjectStore.open(root)).put('w1', Buffer.from('again'));
    expect(Buffer.from(await (await FolderObjectStore.open(root)).bytes('w1', hash)).toString()).toBe('again');
  });

  it('leaves no half-written body of its own, and clears away what a dead process left a day ago', async () => {
    const root = await newFolder();
    const store = await FolderObjectStore.open(root);
    await store.put('w1', Buffer.from('x'));
    const incoming = join(root, '.incoming');
    expect(await readdir(incoming)).toEqual([]);
    await writeFile(join(incoming, 'old'), 'half');
    await writeFile(join(incoming, 'new'), 'half');
    const yesterday = new Date(Date.now() - 25 * 3600_000);
    await utimes(join(incoming, 'old'), yesterday, yesterday);
    await FolderObjectStore.open(root);
    expect(await readdir(incoming)).toEqual(['new']);
  });

  it('repairs an object that lost bytes when the same body is put again', async () => {
    const root = await newFolder();
    const store = await FolderObjectStore.open(root);
    const { hash } = await store.put('w1', Buffer.from('whole'));
    await chmod(pathOf(root, 'w1', hash), 0o644);
    await truncate(pathOf(root, 'w1', hash), 2);
    await store.put('w1', Buffer.from('whole'));
    expect(Buffer.from(await store.bytes('w1', hash, { verify: true })).toString()).toBe('whole');
  });
});
