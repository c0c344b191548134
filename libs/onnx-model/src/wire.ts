/**
 * A reader of protobuf's wire format (https://protobuf.dev/programming-guides/encoding/) that never copies and never builds
 * more than it is asked for. A general decoder turns every packed one-byte varint of a hostile file into an object, so that
 * some megabytes become gigabytes; here a field that nobody wants costs nothing.
 */
export interface WireField {
  readonly field: number;
  /** A varint or fixed number; zero where the field is length-delimited. */
  readonly number: number;
  /** The bytes of a length-delimited field; empty otherwise. */
  readonly bytes: Uint8Array;
}

/** The bytes are not a protobuf message. */
export class WireFault extends Error {
  override readonly name = 'WireFault';
}

const EMPTY = new Uint8Array(0);
const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Yields the fields of one message in file order. */
export function* wireFields(message: Uint8Array): Generator<WireField> {
  const view = new DataView(message.buffer, message.byteOffset, message.byteLength);
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      if (at >= message.length) throw new WireFault('a number is cut off');
      const byte = message[at++]!;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    throw new WireFault('a number is longer than ten bytes');
  };
  const take = (length: number): number => {
    if (length > message.length - at) throw new WireFault('a field is longer than its message');
    at += length;
    return at - length;
  };
  while (at < message.length) {
    const tag = varint();
    const field = Math.floor(tag / 8);
    if (field === 0 || field > 536_870_911) throw new WireFault('a field has no valid number');
    switch (tag % 8) {
      case 0:
        yield { field, number: varint(), bytes: EMPTY };
        break;
      case 1:
        yield { field, number: view.getFloat64(take(8), true), bytes: EMPTY };
        break;
      case 2: {
        const length = varint();
        const start = take(length);
        yield { field, number: 0, bytes: message.subarray(start, start + length) };
        break;
      }
      case 5:
        yield { field, number: view.getFloat32(take(4), true), bytes: EMPTY };
        break;
      default:
        throw new WireFault('a field has a wire type that is not in use');
    }
  }
}

/** @throws WireFault where the bytes are not UTF-8 */
export function text(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw new WireFault('a text is not UTF-8');
  }
}
