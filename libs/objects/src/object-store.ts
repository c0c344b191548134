import type { Readable } from 'node:stream';

/** An object as it lies in the store: immutable, so its head never changes. */
export interface ObjectHead {
  /** SHA-256 of the bytes, 64 lower-case hexadecimal digits: the object's address. */
  readonly hash: string;
  readonly sizeBytes: number;
}

/** Bytes `start` (included) to `end` (excluded), as `Uint8Array.slice` counts them. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

export interface ObjectWrite {
  /** Refuses with `objects/too-large` when the body is longer; never above the store's own limit, which is the default. */
  readonly maxBytes?: number;
  /** Refuses with `objects/hash-mismatch` when the body does not have this hash. */
  readonly expectedHash?: string;
  /** Gives up, leaving nothing behind. */
  readonly signal?: AbortSignal;
}

export interface ObjectRead {
  readonly range?: ByteRange;
  /**
   * Recomputes the hash while reading and ends with `objects/corrupt` when the bytes rotted. Default false: a read of a range
   * cannot be verified (`objects/range-unverifiable`).
   */
  readonly verify?: boolean;
}

/**
 * Immutable objects addressed by content, each in a workspace. The same bytes put twice are one object; equal bytes in two
 * workspaces are two, so that an address never tells one tenant what another holds.
 *
 * Problems: `objects/address` (invalid), `objects/absent` (not-found), `objects/too-large`, `objects/hash-mismatch` (invalid),
 * `objects/range` (invalid), `objects/range-unverifiable` (invalid), `objects/corrupt` (unavailable).
 */
export interface ObjectStore {
  /** Stores a body whole or not at all; durable when it resolves. */
  put(workspace: string, body: Readable | Uint8Array, write?: ObjectWrite): Promise<ObjectHead>;
  /** Opens an object for streaming. The caller consumes or destroys the stream. */
  get(workspace: string, hash: string, read?: ObjectRead): Promise<Readable>;
  /** Reads an object, or a range of it, of at most `maxBytes` (default 64 MiB) into memory. */
  bytes(workspace: string, hash: string, read?: ObjectRead & { readonly maxBytes?: number }): Promise<Uint8Array>;
  head(workspace: string, hash: string): Promise<ObjectHead | undefined>;
  exists(workspace: string, hash: string): Promise<boolean>;
  /** Removes an object; false where there was none. Only retention and erasure call this. */
  delete(workspace: string, hash: string): Promise<boolean>;
  /**
   * Lends the object as a readable file of this machine for the time of `use`, for engines that read files. The path must not
   * be kept, written or handed to another service: a remote store lends a temporary copy.
   */
  withFile<T>(workspace: string, hash: string, use: (path: string) => Promise<T>): Promise<T>;
}
