import { open } from 'node:fs/promises';
import type { Column, ColumnarResult } from './columnar-result.js';
import type { PackedColumn, PackedResult } from './protocol.js';

/** Reads the packed file in one go and lays typed arrays over it; no value is copied or converted. */
export async function unpack(file: string, packed: PackedResult, shared: boolean): Promise<ColumnarResult> {
  const buffer = shared ? new SharedArrayBuffer(packed.sizeBytes) : new ArrayBuffer(packed.sizeBytes);
  await readInto(file, buffer);
  const { rowCount, truncated } = packed;
  return { rowCount, truncated, columns: packed.columns.map((column) => columnOver(buffer, column, rowCount)) };
}

async function readInto(file: string, buffer: ArrayBuffer | SharedArrayBuffer): Promise<void> {
  const bytes = new Uint8Array(buffer);
  const handle = await open(file, 'r');
  try {
    for (let at = 0; at < bytes.length;) {
      const { bytesRead } = await handle.read(bytes, at, bytes.length - at, at);
      if (bytesRead === 0) throw new Error('a packed result is shorter than announced');
      at += bytesRead;
    }
  } finally {
    await handle.close();
  }
}

function columnOver(buffer: ArrayBuffer | SharedArrayBuffer, column: PackedColumn, rowCount: number): Column {
  const { name, type, nullCount, valuesAt } = column;
  const valid = column.validAt === null ? null : new Uint8Array(buffer, column.validAt, rowCount);
  const head = { name, type, nullCount, valid };
  switch (column.kind) {
    case 'float32':
      return { ...head, kind: column.kind, values: new Float32Array(buffer, valuesAt, rowCount) };
    case 'float64':
    case 'timestamp':
    case 'date':
      return { ...head, kind: column.kind, values: new Float64Array(buffer, valuesAt, rowCount) };
    case 'int32':
      return { ...head, kind: column.kind, values: new Int32Array(buffer, valuesAt, rowCount) };
    case 'boolean':
      return { ...head, kind: column.kind, values: new Uint8Array(buffer, valuesAt, rowCount) };
    case 'string':
      return {
        ...head,
        kind: column.kind,
        values: new Int32Array(buffer, valuesAt, rowCount),
        dictionary: wordsOf(buffer, column),
      };
  }
}

function wordsOf(buffer: ArrayBuffer | SharedArrayBuffer, column: PackedColumn): string[] {
  if (!column.dictionary) return [];
  // A copy, because a TextDecoder refuses shared memory.
  const bytes = new Uint8Array(buffer, column.dictionary.at, column.dictionary.bytes).slice();
  return JSON.parse(new TextDecoder().decode(bytes)) as string[];
}
