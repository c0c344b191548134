import { Problem } from '#libs/problem';

/** Writes the binary form of sketches: LEB128 whole numbers, little-endian doubles, UTF-8 texts with their length. */
export class ByteWriter {
  private bytes = new Uint8Array(256);
  private length = 0;

  byte(value: number): this {
    this.reserve(1)[this.length++] = value;
    return this;
  }

  /** A whole number from 0 to 2^53 - 1. */
  whole(value: number): this {
    let rest = value;
    while (rest >= 0x80) {
      this.byte((rest % 0x80) | 0x80);
      rest = Math.floor(rest / 0x80);
    }
    return this.byte(rest);
  }

  double(value: number): this {
    const bytes = this.reserve(8);
    new DataView(bytes.buffer).setFloat64(this.length, value, true);
    this.length += 8;
    return this;
  }

  text(value: string): this {
    const encoded = new TextEncoder().encode(value);
    this.whole(encoded.length).reserve(encoded.length).set(encoded, this.length);
    this.length += encoded.length;
    return this;
  }

  finish(): Uint8Array {
    return this.bytes.slice(0, this.length);
  }

  private reserve(more: number): Uint8Array {
    if (this.length + more > this.bytes.length) {
      const larger = new Uint8Array(Math.max(this.bytes.length * 2, this.length + more));
      larger.set(this.bytes);
      this.bytes = larger;
    }
    return this.bytes;
  }
}

/** Reads what {@link ByteWriter} wrote; anything else is refused, never read past its end. */
export class ByteReader {
  private position = 0;
  private readonly view: DataView;

  constructor(private readonly bytes: Uint8Array) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  byte(): number {
    return this.bytes[this.take(1)]!;
  }

  whole(): number {
    let value = 0;
    let unit = 1;
    for (;;) {
      const byte = this.byte();
      value += (byte & 0x7f) * unit;
      if (!Number.isSafeInteger(value)) throw damaged('a whole number is too large');
      if (byte < 0x80) return value;
      unit *= 0x80;
    }
  }

  /** A count of things that take at least `bytesEach` bytes each: a damaged count must not reserve memory. */
  count(bytesEach: number): number {
    const count = this.whole();
    if (count * bytesEach > this.bytes.length - this.position) throw damaged('it ends too early');
    return count;
  }

  double(): number {
    return this.view.getFloat64(this.take(8), true);
  }

  text(): string {
    const length = this.count(1);
    const start = this.take(length);
    return new TextDecoder('utf-8', { ignoreBOM: true }).decode(this.bytes.subarray(start, start + length));
  }

  finish(): void {
    if (this.position !== this.bytes.length) throw damaged('it has bytes after its end');
  }

  private take(length: number): number {
    const start = this.position;
    if (start + length > this.bytes.length) throw damaged('it ends too early');
    this.position += length;
    return start;
  }
}

/** What a reader throws for bytes that no writer wrote. */
export function damaged(why: string): Problem {
  return new Problem('invalid', 'statistics/sketch-damaged', `this is not a sketch: ${why}`);
}
