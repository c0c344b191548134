import { crc32 } from 'node:zlib';

/** Length of the payload and its CRC-32, 4 bytes each, little-endian. */
const HEAD = 8;
/** A longer payload cannot be; a length beyond it is a torn or foreign byte sequence. */
export const MAX_PAYLOAD_BYTES = 4 * 2 ** 20;

/** A payload as it stands in a file. */
export function frameOf(payload: Uint8Array): Buffer {
  const head = Buffer.allocUnsafe(HEAD);
  head.writeUInt32LE(payload.length, 0);
  head.writeUInt32LE(crc32(payload), 4);
  return Buffer.concat([head, payload]);
}

export interface ReadFrame {
  readonly payload: Buffer;
  /** Offset of the first byte behind it. */
  readonly end: number;
}

/** The whole frame at an offset; undefined where none stands there, be it the end of the file or a write that was cut short. */
export function frameAt(bytes: Buffer, offset: number): ReadFrame | undefined {
  if (offset + HEAD > bytes.length) return undefined;
  const length = bytes.readUInt32LE(offset);
  const end = offset + HEAD + length;
  if (length === 0 || length > MAX_PAYLOAD_BYTES || end > bytes.length) return undefined;
  const payload = bytes.subarray(offset + HEAD, end);
  return crc32(payload) === bytes.readUInt32LE(offset + 4) ? { payload, end } : undefined;
}
