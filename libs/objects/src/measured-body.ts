import { createHash } from 'node:crypto';
import { Transform, type TransformCallback } from 'node:stream';
import { Problem } from '#libs/problem';

/** Passes bytes through while hashing and counting them; fails as soon as they are more than `maxBytes`. */
export class MeasuredBody extends Transform {
  private readonly sha = createHash('sha256');
  private length = 0;

  constructor(private readonly maxBytes: number) {
    super();
  }

  override _transform(chunk: Uint8Array, _encoding: string, done: TransformCallback): void {
    this.length += chunk.length;
    if (this.length > this.maxBytes) {
      done(
        new Problem('too-large', 'objects/too-large', `an object may have ${this.maxBytes} bytes`, { maxBytes: this.maxBytes }),
      );
      return;
    }
    this.sha.update(chunk);
    done(null, chunk);
  }

  /** Hash and length of everything that passed; call once, after the end. */
  measure(): { readonly hash: string; readonly sizeBytes: number } {
    return { hash: this.sha.digest('hex'), sizeBytes: this.length };
  }
}

/** Passes bytes through and fails at the end when they do not have the hash they are stored under. */
export class VerifiedBody extends Transform {
  private readonly sha = createHash('sha256');

  constructor(private readonly hash: string) {
    super();
  }

  override _transform(chunk: Uint8Array, _encoding: string, done: TransformCallback): void {
    this.sha.update(chunk);
    done(null, chunk);
  }

  override _flush(done: TransformCallback): void {
    const whole = this.sha.digest('hex') === this.hash;
    done(
      whole
        ? null
        : new Problem('unavailable', 'objects/corrupt', `object ${this.hash} does not have its hash any more`, {
            hash: this.hash,
          }),
    );
  }
}
