import { spawn } from 'node:child_process';
import { appendFile, mkdtemp, readdir, readFile, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { pathToFileURL } from 'node:url';
import fc from 'fast-check';
import { Spool } from './spool.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-spool-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const bytes = (text: string) => Buffer.from(text);

async function everything(spool: Spool, after = 0): Promise<string[]> {
  const texts: string[] = [];
  for (let records = await spool.read(after); records.length > 0; records = await spool.read(records.at(-1)!.position)) {
    texts.push(...records.map(({ payload }) => payload.toString()));
  }
  return texts;
}

const newest = async (): Promise<string> =>
  join(
    folder,
    (await readdir(folder))
      .filter((name) => name.endsWith('.log'))
      .sort()
      .at(-1)!,
  );

describe('the spool', () => {
  it('gives back what was appended, in order, from any position', async () => {
    const spool = await Spool.open(folder);
    const first = await spool.append([bytes('a'), bytes('b')]);
    await Promise.all([spool.append([bytes('c')]), spool.append([bytes('d')])]);
    expect(await everything(spool)).toEqual(['a', 'b', 'c', 'd']);
    expect(await everything(spool, first)).toEqual(['c', 'd']);
    await spool.close();
  });

  it('is the same spool after it was opened again, and another one in another folder', async () => {
    const before = await Spool.open(folder);
    await before.append([bytes('kept')]);
    await before.close();
    const again = await Spool.open(folder);
    expect(again.id).toBe(before.id);
    const later = await again.append([bytes('more')]);
    expect(await everything(again)).toEqual(['kept', 'more']);
    expect(later).toBeGreaterThan((await again.read(0))[0]!.position);
    expect((await Spool.open(join(folder, 'other'))).id).not.toBe(before.id);
    await again.close();
  });

  it('loses only the end that a crash cut short, wherever it was cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ minLength: 1, maxLength: 30 }), { minLength: 1, maxLength: 8 }),
        fc.nat(60),
        async (texts, cut) => {
          await rm(folder, { recursive: true, force: true });
          const spool = await Spool.open(folder);
          for (const text of texts) await spool.append([bytes(text)]);
          await spool.close();
          const file = await newest();
          const size = (await readFile(file)).length;
          await truncate(file, Math.max(0, size - cut));
          const again = await Spool.open(folder);
          const kept = await everything(again);
          expect(texts.slice(0, kept.length)).toEqual(kept);
          if (cut === 0) expect(kept).toEqual(texts);
          await again.append([bytes('after')]);
          expect(await everything(again)).toEqual([...kept, 'after']);
          await again.close();
        },
      ),
      { numRuns: 25 },
    );
  });

  it('stops at bytes that it did not write', async () => {
    const spool = await Spool.open(folder);
    await spool.append([bytes('good')]);
    await spool.close();
    await appendFile(await newest(), Buffer.from([4, 0, 0, 0, 1, 2, 3, 4, 110, 111, 112, 113]));
    expect(await everything(await Spool.open(folder))).toEqual(['good']);
  });

  it('removes what was released, in whole segments', async () => {
    const spool = await Spool.open(folder, { segmentBytes: 20 });
    let position = 0;
    for (const text of ['one of twenty bytes', 'two of twenty bytes', 'three']) position = await spool.append([bytes(text)]);
    await spool.release(position);
    expect(await everything(spool)).toEqual(['three']);
    expect((await readdir(folder)).filter((name) => name.endsWith('.log'))).toHaveLength(1);
    expect(spool.bytes).toBe(13);
    await spool.close();
  });

  it('takes no more than it may hold, until something is released', async () => {
    const spool = await Spool.open(folder, { maxBytes: 64, segmentBytes: 32 });
    const position = await spool.append([Buffer.alloc(40, 1)]);
    await expect(spool.append([Buffer.alloc(40, 2)])).rejects.toMatchObject({ kind: 'exhausted', slug: 'spool/full' });
    await spool.append([bytes('x')]);
    await spool.release(position + 2 ** 30);
    await expect(spool.append([Buffer.alloc(30, 3)])).resolves.toBeGreaterThan(position);
    await spool.close();
  });

  it('refuses a record of no or too many bytes', async () => {
    const spool = await Spool.open(folder);
    await expect(spool.append([Buffer.alloc(0)])).rejects.toMatchObject({ slug: 'spool/record' });
    await expect(spool.append([Buffer.alloc(5 * 2 ** 20)])).rejects.toMatchObject({ slug: 'spool/record' });
    await spool.close();
  });

  it('keeps everything that it had answered when its process is killed', async () => {
    const lib = pathToFileURL(join(import.meta.dirname.replace('/libs/spool/src', '/dist/libs/spool/src'), 'index.js')).href;
    const program = `const { Spool } = await import(${JSON.stringify(lib)}); const spool = await Spool.open(process.argv[1]);
      for (let i = 0; ; i++) { await Promise.all([spool.append([Buffer.from('n' + 2 * i)]), spool.append([Buffer.from('n' + (2 * i + 1))])]); process.stdout.write((2 * i + 1) + '\\n'); }`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', program, folder], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let said = '';
    child.stdout.on('data', (text: Buffer) => {
      said += text.toString();
      if (said.split('\n').length > 50) child.kill('SIGKILL');
    });
    expect(await once(child, 'close')).toEqual([null, 'SIGKILL']);
    const acknowledged = Number(said.split('\n').at(-2));
    const found = await everything(await Spool.open(folder));
    expect(found.slice(0, acknowledged + 1)).toEqual(Array.from({ length: acknowledged + 1 }, (_, i) => `n${i}`));
  });
});
