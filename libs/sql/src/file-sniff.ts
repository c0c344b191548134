import { open } from 'node:fs/promises';
import { Problem } from '#libs/problem';
import type { FileFormat } from './sql-engine.js';

const HEAD_BYTES = 1024 * 1024;

/** The first bytes of a file, which must be of the format that its sender named: a wrong name is a mistake to show, not to guess around. */
export async function headOf(file: string, format: FileFormat): Promise<Uint8Array> {
  const handle = await open(file, 'r');
  try {
    const buffer = new Uint8Array(HEAD_BYTES);
    const { bytesRead } = await handle.read(buffer, 0, HEAD_BYTES, 0);
    const head = buffer.subarray(0, bytesRead);
    requireFormat(head, format);
    return head;
  } finally {
    await handle.close();
  }
}

function requireFormat(head: Uint8Array, format: FileFormat): void {
  const seen = look(head);
  if (head.length === 0) throw notThat(format, 'is empty');
  if (format === 'parquet' && seen !== 'parquet') throw notThat(format, 'does not begin as Parquet does');
  if (format !== 'parquet' && seen !== 'text') throw notThat(format, `is ${seen}`);
  if (format === 'json' && !/^\s*[[{]/.test(textStart(head))) throw notThat(format, 'does not begin with [ or {');
}

function look(head: Uint8Array): 'parquet' | 'compressed' | 'binary' | 'text' {
  const begins = (...bytes: number[]) => bytes.every((byte, index) => head[index] === byte);
  if (begins(0x50, 0x41, 0x52, 0x31)) return 'parquet';
  if (begins(0x1f, 0x8b) || begins(0x50, 0x4b, 3, 4) || begins(0x28, 0xb5, 0x2f, 0xfd)) return 'compressed';
  return head.includes(0) ? 'binary' : 'text';
}

function textStart(head: Uint8Array): string {
  return new TextDecoder().decode(head.subarray(0, 4096)); // the decoder drops a byte order mark
}

function notThat(format: FileFormat, what: string): Problem {
  return new Problem('invalid', 'sql/not-that-format', `the file is said to be ${format} and ${what}`, { format });
}
