const utf8 = new TextDecoder();

/** Reads what `ByteWriter` wrote; bytes that end too early are a fault of the store, not of a caller. */
export class ByteReader {
  at = 0;
  private readonly view: DataView;

  constructor(private readonly bytes: Uint8Array) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  byte(): number {
    const value = this.bytes[this.at++];
    if (value === undefined) throw new Error('a timeline chunk ends too early');
    return value;
  }

  unsigned(): number {
    let byte = this.byte();
    let value = byte & 0x7f;
    for (let scale = 0x80; byte >= 0x80; scale *= 0x80) {
      byte = this.byte();
      value += (byte & 0x7f) * scale;
    }
    return value;
  }

  signed(): number {
    const code = this.unsigned();
    return code % 2 === 0 ? code / 2 : -(code + 1) / 2;
  }

  double(): number {
    const value = this.view.getFloat64(this.at, true);
    this.at += 8;
    return value;
  }

  /** Null where missing. */
  text(): string | null {
    const start = this.textStart();
    return start === this.at ? null : utf8.decode(this.bytes.subarray(start, this.at));
  }

  skipText(): void {
    this.textStart();
  }

  private textStart(): number {
    const length = this.unsigned();
    const start = this.at;
    this.at += length;
    if (this.at > this.bytes.length) throw new Error('a timeline chunk ends too early');
    return start;
  }
}
