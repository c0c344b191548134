import { open, rm, type FileHandle } from 'node:fs/promises';
import { Problem } from '#libs/problem';
import { frameAt, frameOf, MAX_PAYLOAD_BYTES } from './frame.js';
import { positionOf, SEGMENT_SPAN, segmentOf, type SpoolPosition } from './position.js';
import { openFolder, readRange, segmentFile, segmentsIn, syncFolder } from './segment-files.js';

export interface SpoolOptions {
  /** Bytes of all segments together, above which nothing more is taken; 256 MiB. */
  readonly maxBytes?: number;
  /** A segment that has grown beyond this is followed by a new one; 8 MiB. */
  readonly segmentBytes?: number;
}

export interface SpoolRecord {
  /** Place behind the record: whoever has handled it releases up to here. */
  readonly position: SpoolPosition;
  readonly payload: Buffer;
}

interface Waiting {
  readonly frames: readonly Buffer[];
  readonly resolve: (position: SpoolPosition) => void;
  readonly reject: (error: Error) => void;
}

/**
 * A durable queue in a folder, of one writing process: what `append` has answered is on the disk, survives `kill -9` and loss of
 * power, and is read again, in order, until it is released. Appends that arrive while the disk is busy share the next sync.
 */
export class Spool {
  private waiting: Waiting[] = [];
  private writing: Promise<void> | undefined;
  private file: FileHandle | undefined;
  private offset = 0;
  private heldBytes: number;

  private constructor(
    readonly id: string,
    private readonly folder: string,
    private readonly options: Required<SpoolOptions>,
    private segment: number,
    private readonly sizes: Map<number, number>,
  ) {
    this.heldBytes = [...sizes.values()].reduce((sum, bytes) => sum + bytes, 0);
  }

  /** Opens the spool of a folder. What a crash cut short in the last segment stays behind, for writing begins in a new one. */
  static async open(folder: string, { maxBytes = 256 * 2 ** 20, segmentBytes = 8 * 2 ** 20 }: SpoolOptions = {}): Promise<Spool> {
    if (segmentBytes > SEGMENT_SPAN / 2)
      throw new Problem('invalid', 'spool/segment', `a segment has at most ${SEGMENT_SPAN / 2} bytes`);
    const id = await openFolder(folder);
    const found = await segmentsIn(folder);
    const next = (found.at(-1)?.segment ?? 0) + 1;
    return new Spool(id, folder, { maxBytes, segmentBytes }, next, new Map(found.map(({ segment, bytes }) => [segment, bytes])));
  }

  /** Bytes that are not released yet, in whole segments. */
  get bytes(): number {
    return this.heldBytes;
  }

  /**
   * Keeps payloads together, in order; durable when it resolves. @returns the position behind the last of them
   * @throws Problem exhausted `spool/full`; too-large `spool/record`; unavailable `spool/disk`, after which none of them is kept
   */
  append(payloads: readonly Uint8Array[]): Promise<SpoolPosition> {
    const wrong = payloads.find(({ length }) => length === 0 || length > MAX_PAYLOAD_BYTES);
    if (wrong)
      return Promise.reject(
        new Problem('too-large', 'spool/record', `a record has 1 to ${MAX_PAYLOAD_BYTES} bytes, not ${wrong.length}`),
      );
    const frames = payloads.map(frameOf);
    if (this.heldBytes + frames.reduce((sum, { length }) => sum + length, 0) > this.options.maxBytes) {
      return Promise.reject(
        new Problem('exhausted', 'spool/full', `${this.heldBytes} bytes wait in the spool`, { maxBytes: this.options.maxBytes }),
      );
    }
    return new Promise((resolve, reject) => {
      this.waiting.push({ frames, resolve, reject });
      this.writing ??= this.writeAll();
    });
  }

  /** Reads what stands behind a position, oldest first; 0 reads from the beginning. At most one segment at once: none means the end. */
  async read(after: SpoolPosition): Promise<readonly SpoolRecord[]> {
    for (const segment of [...this.sizes.keys()].sort((a, b) => a - b)) {
      if (segment < segmentOf(after)) continue;
      const records = await this.readSegment(segment, segment === segmentOf(after) ? after % SEGMENT_SPAN : 0);
      if (records.length > 0) return records;
    }
    return [];
  }

  /** Removes the segments that end at or before a position; the one being written stays. */
  async release(upTo: SpoolPosition): Promise<void> {
    for (const [segment, bytes] of this.sizes) {
      if (segment >= segmentOf(upTo) || (segment === this.segment && this.file)) continue;
      await rm(segmentFile(this.folder, segment), { force: true });
      this.sizes.delete(segment);
      this.heldBytes -= bytes;
    }
  }

  async close(): Promise<void> {
    await this.writing;
    await this.file?.close();
    this.file = undefined;
  }

  private async writeAll(): Promise<void> {
    // One turn of the loop may bring many appends; they share a write.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.waiting.length > 0) {
      const group = this.waiting.splice(0);
      try {
        await this.write(group);
      } catch (error) {
        await this.leaveSegment();
        const problem = new Problem(
          'unavailable',
          'spool/disk',
          `the spool cannot be written: ${(error as NodeJS.ErrnoException).code ?? 'unknown'}`,
        );
        for (const { reject } of group) reject(problem);
      }
    }
    // In the same step as the last look: an append that comes after it must start a writer of its own.
    this.writing = undefined;
  }

  private async write(group: readonly Waiting[]): Promise<void> {
    this.file ??= await this.openSegment();
    const bytes = Buffer.concat(group.flatMap(({ frames }) => frames));
    let written = 0;
    while (written < bytes.length)
      written += (await this.file.write(bytes, written, bytes.length - written, this.offset + written)).bytesWritten;
    await this.file.datasync();
    const { segment } = this;
    this.heldBytes += bytes.length;
    for (const { frames, resolve } of group) {
      this.offset += frames.reduce((sum, { length }) => sum + length, 0);
      this.sizes.set(segment, this.offset);
      resolve(positionOf(segment, this.offset));
    }
    if (this.offset >= this.options.segmentBytes) await this.leaveSegment();
  }

  private async openSegment(): Promise<FileHandle> {
    const file = await open(segmentFile(this.folder, this.segment), 'wx', 0o600);
    await syncFolder(this.folder);
    this.offset = 0;
    this.sizes.set(this.segment, 0);
    return file;
  }

  // Also after a failed write: what it left half done then ends its segment, and readers go on with the next one.
  private async leaveSegment(): Promise<void> {
    await this.file?.close().catch(() => undefined);
    this.file = undefined;
    this.segment += 1;
  }

  private async readSegment(segment: number, from: number): Promise<readonly SpoolRecord[]> {
    const size = this.sizes.get(segment) ?? 0; // what is being written is not yet promised
    if (size <= from) return [];
    const bytes = await readRange(segmentFile(this.folder, segment), from, size - from);
    const records: SpoolRecord[] = [];
    for (let frame = frameAt(bytes, 0); frame; frame = frameAt(bytes, frame.end)) {
      records.push({ position: positionOf(segment, from + frame.end), payload: frame.payload });
    }
    return records;
  }
}
