import { Transform, type TransformCallback } from 'node:stream';
import { Problem } from '#libs/problem';

/** A body larger than the door takes. */
export function bodyTooLarge(maxBytes: number): Problem {
  return new Problem('too-large', 'gateway/body-too-large', `the body is larger than ${maxBytes} bytes`, { limit: maxBytes });
}

/** Lets at most `maxBytes` through and says that bytes moved. */
export class ByteLimit extends Transform {
  private bytes = 0;

  constructor(
    private readonly maxBytes: number,
    private readonly moved: () => void,
  ) {
    super();
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.bytes += chunk.byteLength;
    this.moved();
    if (this.bytes > this.maxBytes) done(bodyTooLarge(this.maxBytes));
    else done(null, chunk);
  }
}
