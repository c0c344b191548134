import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { emptyFolder, holdDataFolder } from './data-folder.js';

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

  it('is refused where it holds what is not ours, and is not touched', () => {
    const home = join(parent, 'home');
    mkdirSync(home, { mode: 0o750 });
    writeFileSync(join(home, 'thesis.tex'), 'years of work');
    expect(() => holdDataFolder(home)).toThrow(expect.objectContaining({ slug: 'launcher/foreign-folder' }));
    expect(readdirSync(home)).toEqual(['thesis.tex']);
    expect(statSync(home).mode & 0o777).toBe(0o750);
  });

  it('may hold the folder of another platform, and leaves it alone, as .millrace does that of the demo', async () => {
    const outer = join(parent, 'outer');
    holdDataFolder(join(outer, 'demo')).release();
    const held = holdDataFolder(outer);
    writeFileSync(join(outer, 'secret'), 'x');
    await emptyFolder(outer);
    held.release();
    expect(readdirSync(outer).sort()).toEqual(['demo', 'lock', 'platform.json']);
  });
});
