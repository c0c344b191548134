import { randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { chmod, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Problem } from '#libs/problem';
import { requireAddress, requireWorkspace } from './address.js';
import { MeasuredBody, VerifiedBody } from './measured-body.js';
import type { ByteRange, ObjectHead, ObjectRead, ObjectStore, ObjectWrite } from './object-store.js';

export interface FolderOptions {
  /** No object may be longer. Default 4 GiB. */
  readonly maxObjectBytes?: number;
}

const DEFAULT_MAX_OBJECT_BYTES = 4 * 1024 ** 3;
const DEFAULT_MAX_MEMORY_BYTES = 64 * 1024 ** 2;
const ABANDONED_AFTER_MS = 24 * 60 * 60 * 1000;
const INCOMING = '.incoming';

/**
 * Objects in a folder that several processes of one machine may share: `<root>/<workspace>/<hh>/<hash>`. A body is written
 * beside its place, flushed, made read-only and renamed, so a reader sees all of it or nothing, also after a power cut.
 */
export class FolderObjectStore implements ObjectStore {
  private constructor(
    private readonly root: string,
    private readonly maxObjectBytes: number,
  ) {}

  /** Opens (and makes) the folder and removes bodies that a process left half-written a day ago or earlier. */
  static async open(root: string, options: FolderOptions = {}): Promise<FolderObjectStore> {
    const store = new FolderObjectStore(resolve(root), options.maxObjectBytes ?? DEFAULT_MAX_OBJECT_BYTES);
    await mkdir(store.root, { recursive: true });
    await store.removeAbandoned();
    return store;
  }

  async put(workspace: string, body: Readable | Uint8Array, write: ObjectWrite = {}): Promise<ObjectHead> {
    requireWorkspace(workspace);
    const incoming = join(this.root, INCOMING, randomUUID());
    await mkdir(dirname(incoming), { recursive: true });
    try {
      const head = await this.receive(incoming, body, write);
      await this.settle(incoming, workspace, head);
      return head;
    } finally {
      await rm(incoming, { force: true });
    }
  }

  async get(workspace: string, hash: string, read: ObjectRead = {}): Promise<Readable> {
    const { sizeBytes } = await this.requireHead(workspace, hash);
    if (read.range && read.verify) {
      throw new Problem('invalid', 'objects/range-unverifiable', 'only a whole object can be verified against its hash');
    }
    if (read.range) requireRange(read.range, sizeBytes);
    if (read.range && read.range.start === read.range.end) return Readable.from([]);
    const bounds = read.range ? { start: read.range.start, end: read.range.end - 1 } : {};
    const stream = createReadStream(this.pathOf(workspace, hash), bounds);
    if (!read.verify) return stream;
    const verified = new VerifiedBody(hash);
    // The verdict reaches the reader through the stream it holds; this promise repeats it.
    pipeline(stream, verified).catch(() => undefined);
    return verified;
  }

  async bytes(workspace: string, hash: string, read: ObjectRead & { readonly maxBytes?: number } = {}): Promise<Uint8Array> {
    const maxBytes = read.maxBytes ?? DEFAULT_MAX_MEMORY_BYTES;
    const { sizeBytes } = await this.requireHead(workspace, hash);
    const wanted = read.range ? read.range.end - read.range.start : sizeBytes;
    if (wanted > maxBytes) {
      throw new Problem('too-large', 'objects/too-large', `${wanted} bytes are more than the ${maxBytes} asked for`, {
        maxBytes,
      });
    }
    const chunks: Buffer[] = [];
    for await (const chunk of await this.get(workspace, hash, read)) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks);
  }

  async head(workspace: string, hash: string): Promise<ObjectHead | undefined> {
    requireAddress(workspace, hash);
    const found = await stat(this.pathOf(workspace, hash)).catch(absentAsUndefined);
    return found && { hash, sizeBytes: found.size };
  }

  async exists(workspace: string, hash: string): Promise<boolean> {
    return (await this.head(workspace, hash)) !== undefined;
  }

  async delete(workspace: string, hash: string): Promise<boolean> {
    if (!(await this.exists(workspace, hash))) return false;
    const path = this.pathOf(workspace, hash);
    await rm(path, { force: true });
    await flushFolder(dirname(path));
    return true;
  }

  async withFile<T>(workspace: string, hash: string, use: (path: string) => Promise<T>): Promise<T> {
    await this.requireHead(workspace, hash);
    return use(this.pathOf(workspace, hash));
  }

  private pathOf(workspace: string, hash: string): string {
    return join(this.root, workspace, hash.slice(0, 2), hash);
  }

  private async requireHead(workspace: string, hash: string): Promise<ObjectHead> {
    const head = await this.head(workspace, hash);
    if (!head) throw new Problem('not-found', 'objects/absent', `there is no object ${hash}`, { hash });
    return head;
  }

  private async receive(incoming: string, body: Readable | Uint8Array, write: ObjectWrite): Promise<ObjectHead> {
    const measured = new MeasuredBody(Math.min(write.maxBytes ?? this.maxObjectBytes, this.maxObjectBytes));
    const sink = createWriteStream(incoming, { flags: 'wx', mode: 0o600, flush: true });
    // One chunk for bytes: Readable.from would iterate a typed array number by number.
    const source = body instanceof Uint8Array ? Readable.from([body]) : body;
    await pipeline(source, measured, sink, write.signal ? { signal: write.signal } : {});
    const head = measured.measure();
    if (write.expectedHash !== undefined && write.expectedHash !== head.hash) {
      const facts = { expected: write.expectedHash, actual: head.hash };
      throw new Problem('invalid', 'objects/hash-mismatch', 'the body does not have the hash it was announced with', facts);
    }
    return head;
  }

  private async settle(incoming: string, workspace: string, head: ObjectHead): Promise<void> {
    const path = this.pathOf(workspace, head.hash);
    const present = await stat(path).catch(absentAsUndefined);
    // Equal bytes are stored already; a file of another length is damage, which this whole body repairs.
    if (present?.size === head.sizeBytes) return;
    await mkdir(dirname(path), { recursive: true });
    await chmod(incoming, 0o444);
    await rename(incoming, path);
    await flushFolder(dirname(path));
    await flushFolder(dirname(dirname(path)));
  }

  private async removeAbandoned(): Promise<void> {
    const folder = join(this.root, INCOMING);
    for (const name of await readdir(folder).catch(() => [])) {
      const found = await stat(join(folder, name)).catch(absentAsUndefined);
      if (found && Date.now() - found.mtimeMs > ABANDONED_AFTER_MS) await rm(join(folder, name), { force: true });
    }
  }
}

function requireRange(range: ByteRange, sizeBytes: number): void {
  const whole = Number.isSafeInteger(range.start) && Number.isSafeInteger(range.end);
  if (whole && 0 <= range.start && range.start <= range.end && range.end <= sizeBytes) return;
  throw new Problem('invalid', 'objects/range', `bytes ${range.start} to ${range.end} are not within ${sizeBytes}`, {
    sizeBytes,
  });
}

function absentAsUndefined(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ENOENT') return undefined;
  throw error;
}

/** A rename is durable only when its folder is; a platform that cannot open folders (Windows) does without. */
async function flushFolder(path: string): Promise<void> {
  const folder = await open(path, 'r').catch(() => undefined);
  if (!folder) return;
  await folder.sync().catch(() => undefined);
  await folder.close();
}
