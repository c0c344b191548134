import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { requireUtf8 } from './utf8.js';

const MEBIBYTE = 1024 * 1024;

describe('a text file', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'utf8-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  async function judged(content: Buffer): Promise<void> {
    const file = join(folder, 'text');
    await writeFile(file, content);
    await requireUtf8(file, 'csv');
  }

  it.each([0, 1, 2, 3, 4])(
    'is good where a character of four bytes stands %i bytes before the end of a piece',
    async (before) => {
      await judged(Buffer.from(`${'x'.repeat(MEBIBYTE - before)}🛬${'y'.repeat(MEBIBYTE - 1)}é`));
    },
  );

  it.each<readonly [string, Buffer, number]>([
    ['a byte that begins nothing', Buffer.from('a\nb\n\xff', 'latin1'), 3],
    ['a character that ends with the file', Buffer.from([0x61, 0x0a, 0xf0, 0x9f, 0x9b]), 2],
    ['continuations of nothing', Buffer.from([0x0a, 0x0a, 0x80, 0x80, 0x80, 0x80, 0x80]), 3],
    ['a surrogate, which is no character', Buffer.from([0xed, 0xa0, 0x80]), 1],
    ['an overlong form', Buffer.from([0x0a, 0xc0, 0xaf]), 2],
    [
      'a fault behind a million lines',
      Buffer.concat([Buffer.alloc(3 * MEBIBYTE, '\n'), Buffer.from([0xc3, 0x28])]),
      3 * MEBIBYTE + 1,
    ],
  ])('is refused by its line for %s', async (_what, content, line) => {
    await expect(judged(content)).rejects.toMatchObject({ slug: 'sql/encoding', facts: { line } });
  });
});
