import { Problem } from '#libs/problem';

/** The largest magnitude whose zigzag code is still exact in a double. */
export const MAX_WHOLE = 2 ** 52 - 1;

const utf8 = new TextEncoder();

/** Grows a byte buffer; integers are LEB128 varints, so small differences take one byte. */
export class ByteWriter {
  private bytes = new Uint8Array(256);
  private view = new DataView(this.bytes.buffer);
  length = 0;

  byte(value: number): void {
    this.reserve(1);
    this.bytes[this.length++] = value;
  }

  /** A whole number from 0 to 2^53. */
  unsigned(value: number): void {
    this.reserve(8);
    let rest = value;
    while (rest >= 0x80) {
      this.bytes[this.length++] = (rest % 0x80) + 0x80;
      rest = Math.floor(rest / 0x80);
    }
    this.bytes[this.length++] = rest;
  }

  /** @throws Problem too-large `timeline/beyond-exact` where the number is not a whole one of at most 52 bits */
  signed(value: number): void {
    if (!Number.isInteger(value) || Math.abs(value) > MAX_WHOLE) {
      throw new Problem('too-large', 'timeline/beyond-exact', `${value} is no whole number of at most 52 bits`, { value });
    }
    this.unsigned(value >= 0 ? value * 2 : -value * 2 - 1);
  }

  double(value: number): void {
    this.reserve(8);
    this.view.setFloat64(this.length, value, true);
    this.length += 8;
  }

  /** Null and the empty text are both "missing". */
  text(value: string | null): void {
    const encoded = utf8.encode(value ?? '');
    this.unsigned(encoded.length);
    this.reserve(encoded.length);
    this.bytes.set(encoded, this.length);
    this.length += encoded.length;
  }

  /** Forgets what was written after `length`. */
  rewind(length: number): void {
    this.length = length;
  }

  /** A copy of bytes `start` (included) to `end` (excluded). */
  slice(start: number, end: number): Uint8Array {
    return this.bytes.slice(start, end);
  }

  private reserve(count: number): void {
    if (this.length + count <= this.bytes.length) return;
    const larger = new Uint8Array(Math.max(this.bytes.length * 2, this.length + count));
    larger.set(this.bytes);
    this.bytes = larger;
    this.view = new DataView(larger.buffer);
  }
}
