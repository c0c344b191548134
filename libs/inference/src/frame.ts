/** Kinds of frames on the pipe between the pool and a model's process. */
export const FRAME_KINDS = ['load', 'unload', 'run', 'done', 'failed'] as const;
export type FrameKind = (typeof FRAME_KINDS)[number];

/** A message on the pipe: `call` pairs an answer with its question. */
export interface Frame {
  readonly kind: FrameKind;
  readonly call: number;
  readonly payload: Buffer;
}

/** Length of the payload (4 bytes), number of the call (4), kind (1); little-endian. */
const HEAD = 9;
/** A frame holds at most this many bytes: the largest model that may be sent, and its name. */
export const MAX_FRAME_BYTES = 300 * 2 ** 20;

/** The pieces of a frame, to be written in order; large tensors are not copied together. */
export function frameParts(kind: FrameKind, call: number, payload: readonly Uint8Array[]): readonly Uint8Array[] {
  const length = payload.reduce((sum, part) => sum + part.length, 0);
  if (length > MAX_FRAME_BYTES) throw new RangeError(`a frame of ${length} bytes`);
  const head = Buffer.allocUnsafe(HEAD);
  head.writeUInt32LE(length, 0);
  head.writeUInt32LE(call, 4);
  head.writeUInt8(FRAME_KINDS.indexOf(kind), 8);
  return [head, ...payload];
}

/** Puts frames together from chunks of any size. */
export class FrameReader {
  private chunks: Buffer[] = [];
  private held = 0;
  private needed = HEAD;

  /** The frames completed by a chunk. @throws RangeError on a frame that cannot be: the pipe is then of no use any more */
  push(chunk: Buffer): readonly Frame[] {
    this.chunks.push(chunk);
    this.held += chunk.length;
    if (this.held < this.needed) return [];
    let rest = this.chunks.length === 1 ? chunk : Buffer.concat(this.chunks, this.held);
    const frames: Frame[] = [];
    for (;;) {
      const size = rest.length < HEAD ? HEAD : HEAD + this.payloadLength(rest);
      if (rest.length < size) return this.keep(rest, size, frames);
      frames.push({ kind: this.kind(rest), call: rest.readUInt32LE(4), payload: rest.subarray(HEAD, size) });
      rest = rest.subarray(size);
    }
  }

  private keep(rest: Buffer, needed: number, frames: readonly Frame[]): readonly Frame[] {
    this.chunks = rest.length === 0 ? [] : [rest];
    this.held = rest.length;
    this.needed = needed;
    return frames;
  }

  private payloadLength(buffer: Buffer): number {
    const length = buffer.readUInt32LE(0);
    if (length > MAX_FRAME_BYTES) throw new RangeError(`a frame of ${length} bytes`);
    return length;
  }

  private kind(buffer: Buffer): FrameKind {
    const kind = FRAME_KINDS[buffer.readUInt8(8)];
    if (kind === undefined) throw new RangeError('a frame of an unknown kind');
    return kind;
  }
}
