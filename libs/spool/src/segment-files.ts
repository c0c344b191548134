import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';

const NAME = /^segment-(\d{8})\.log$/;
const IDENTITY = 'spool.id';

export function segmentFile(folder: string, segment: number): string {
  return join(folder, `segment-${String(segment).padStart(8, '0')}.log`);
}

/** The segments of a folder with their sizes, oldest first. */
export async function segmentsIn(folder: string): Promise<readonly { readonly segment: number; readonly bytes: number }[]> {
  const numbers = (await readdir(folder)).flatMap((name) => NAME.exec(name)?.[1] ?? []).map(Number);
  const sorted = numbers.sort((a, b) => a - b);
  return Promise.all(sorted.map(async (segment) => ({ segment, bytes: (await stat(segmentFile(folder, segment))).size })));
}

/** Opens the folder, making it and its identity on first use: positions mean something only in the spool that gave them out. */
export async function openFolder(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, IDENTITY);
  const known = await readFile(file, 'utf8').catch(() => '');
  if (known !== '') return known;
  const id = randomUUID();
  const half = await open(`${file}.half`, 'w', 0o600);
  await half.writeFile(id);
  await half.sync();
  await half.close();
  await rename(`${file}.half`, file);
  await syncFolder(folder);
  return id;
}

/** Reads a range of a file; shorter where the file ends before. */
export async function readRange(path: string, from: number, length: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(length);
  const file = await open(path, 'r');
  try {
    let read = 0;
    while (read < length) {
      const { bytesRead } = await file.read(bytes, read, length - read, from + read);
      if (bytesRead === 0) break;
      read += bytesRead;
    }
    return bytes.subarray(0, read);
  } finally {
    await file.close();
  }
}

/** Makes new and removed names of a folder durable. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  await handle.sync().catch(() => undefined); // not every system lets a folder be synced
  await handle.close();
}
