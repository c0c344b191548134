import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { holdDataFolder } from './data-folder.js';

describe('the data folder', () => {
  const parent = mkdtempSync(join(tmpdir(), 'millrace-folder-'));
  afterAll(() => rmSync(parent, { recursive: true }));
  const path = join(parent, 'new', '.millrace');

  it('is refused to a second start, which is told who has it, and is free again after release', () => {
    const held = holdDataFolder(path);
    expect(held.former).toBeUndefined();
    expect(() => holdDataFolder(path)).toThrow(
      expect.objectContaining({ kind: 'conflict', slug: 'launcher/folder-in-use', facts: { folder: path, pid: process.pid } }),
    );
    held.record({ pid: process.pid, gateway: 'http://127.0.0.1:4000', children: { data: 7 } });
    held.release();
    const next = holdDataFolder(path);
    expect(next.former).toMatchObject({ gateway: 'http://127.0.0.1:4000', children: { data: 7 } });
    next.release();
  });
});
