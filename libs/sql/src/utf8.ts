import { isUtf8 } from 'node:buffer';
import { open, type FileHandle } from 'node:fs/promises';
import { Problem } from '#libs/problem';
import type { FileFormat } from './sql-engine.js';

const CHUNK_BYTES = 1024 * 1024;
const LINE_FEED = 0x0a;

/**
 * Refuses a text that is not UTF-8, by its line. DuckDB would find out too, but not in a column that its statement leaves out: there an
 * invalid byte ends the process (1.5.6, "Attempted to access index 1 within vector of size 1").
 * @throws Problem invalid `sql/encoding`
 */
export async function requireUtf8(file: string, format: FileFormat): Promise<void> {
  const handle = await open(file, 'r');
  try {
    let line = 1;
    for await (const text of wholeCharacters(handle)) {
      if (!isUtf8(text)) throw notUtf8(line + faultyLine(text), format);
      line += count(text);
    }
  } finally {
    await handle.close();
  }
}

function notUtf8(line: number, format: FileFormat): Problem {
  return new Problem('invalid', 'sql/encoding', `line ${line}: the text is not UTF-8`, { format, line });
}

/** The bytes of a file in pieces that part no character; a piece is good for as long as the next one is not asked for. */
async function* wholeCharacters(handle: FileHandle): AsyncGenerator<Buffer> {
  const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
  let kept = 0;
  for (;;) {
    const { bytesRead } = await handle.read(buffer, kept, CHUNK_BYTES - kept);
    const held = buffer.subarray(0, kept + bytesRead);
    if (bytesRead === 0) return void (yield held);
    const end = held.length - begun(held);
    yield held.subarray(0, end);
    kept = held.copy(buffer, 0, end);
  }
}

/** How many bytes at the end belong to a character that may go on. */
function begun(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(4, bytes.length); back++) {
    const byte = bytes[bytes.length - back]!;
    if (byte >= 0xc0) return back;
    if (byte < 0x80) return 0;
  }
  return 0;
}

/** Lines before the first that is not UTF-8: a line feed is part of no other character, so each line is good or bad by itself. */
function faultyLine(text: Buffer): number {
  let start = 0;
  for (let lines = 0; ; lines++) {
    const end = text.indexOf(LINE_FEED, start);
    if (end === -1 || !isUtf8(text.subarray(start, end))) return lines;
    start = end + 1;
  }
}

function count(text: Buffer): number {
  let lines = 0;
  for (let at = text.indexOf(LINE_FEED); at !== -1; at = text.indexOf(LINE_FEED, at + 1)) lines++;
  return lines;
}
