import { readFile } from 'node:fs/promises';
import { Socket } from 'node:net';
import { frameParts, FrameReader, type Frame, type FrameKind } from './frame.js';
import { decodeRecord, decodeTensors, encodeRecord, encodeTensors, type Failure, type LoadRequest } from './message.js';
import type { Session } from './session.js';

/** The pipe to the pool. When it ends, so does this process: nobody is left who could ask. */
const PIPE_DESCRIPTOR = 3;
const pipe = new Socket({ fd: PIPE_DESCRIPTOR, readable: true, writable: true });
const reader = new FrameReader();
const sessions = new Map<string, Session>();
let last: Promise<void> = Promise.resolve();

function answer(kind: FrameKind, call: number, payload: readonly Uint8Array[]): void {
  pipe.cork();
  for (const part of frameParts(kind, call, payload)) pipe.write(part);
  pipe.uncork();
}

async function load(payload: Buffer): Promise<readonly Uint8Array[]> {
  const { record, bytes } = decodeRecord<LoadRequest>(payload);
  // The runtime is loaded with the first model: an idle process stays small.
  const { Session, SessionFault } = await import('./session.js');
  const file =
    record.path === undefined
      ? bytes
      : await readFile(record.path).catch(() => {
          throw new SessionFault({ slug: 'inference/model-missing', detail: 'the file of the model cannot be read' });
        });
  if (!sessions.has(record.hash)) sessions.set(record.hash, await Session.open(record.hash, file));
  return encodeRecord(sessions.get(record.hash)!.signature);
}

async function unload(payload: Buffer): Promise<readonly Uint8Array[]> {
  const { record } = decodeRecord<LoadRequest>(payload);
  const session = sessions.get(record.hash);
  sessions.delete(record.hash);
  await session?.release();
  return encodeRecord({});
}

async function run(payload: Buffer): Promise<readonly Uint8Array[]> {
  const { model, tensors } = decodeTensors(payload);
  const session = sessions.get(model);
  if (!session) throw new Error('a run of a model that is not loaded');
  return encodeTensors(model, await session.run(tensors));
}

async function handle({ kind, call, payload }: Frame): Promise<void> {
  try {
    const work = { load, unload, run }[kind as 'load' | 'unload' | 'run'];
    answer('done', call, await work(payload));
  } catch (error) {
    const failure = (error as { readonly failure?: Failure }).failure;
    if (failure === undefined)
      process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    answer('failed', call, encodeRecord(failure ?? { slug: 'inference/run-failed', detail: 'the run failed' }));
  }
}

// A terminal sends its signals to the whole group; the pool decides when this process may end.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
pipe.on('data', (chunk: Buffer) => {
  for (const frame of reader.push(chunk)) last = last.then(() => handle(frame));
});
pipe.on('error', () => process.exit(1));
pipe.on('close', () => void last.then(() => process.exit(0)));
