import { spawn, type ChildProcess } from 'node:child_process';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Duplex } from 'node:stream';
import { Problem } from '#libs/problem';
import { frameParts, FrameReader, type Frame, type FrameKind } from './frame.js';
import { decodeRecord, type Failure } from './message.js';

/** How a process ended; `said` is the end of what it wrote to standard error. */
export interface WorkerExit {
  readonly pid: number | undefined;
  readonly code: number | null;
  readonly signal: string | null;
  readonly said: string;
}

/** The process ended before it answered. */
export class WorkerLost extends Error {
  /**
   * @param running the call was the one under way, so it may be the reason; those behind it are not
   * @param overran the process was ended because this call took too long
   */
  constructor(
    readonly running: boolean,
    readonly overran: boolean,
  ) {
    super('the process that ran the model has ended');
  }
}

interface Call {
  readonly resolve: (payload: Buffer) => void;
  readonly reject: (error: Error) => void;
}

/** The process runs compiled code: beside this file in production, in `dist` where tests run from the sources. */
const WORKER_FILE = fileURLToPath(
  import.meta.url.endsWith('.ts')
    ? import.meta.url.replace('/libs/inference/src/', '/dist/libs/inference/src/').replace(/[^/]*$/, 'session.worker.js')
    : new URL('./session.worker.js', import.meta.url),
);
/** Tensors and models live outside the JavaScript heap; what is inside it are frames on their way. */
const NODE_FLAGS = ['--max-semi-space-size=1', '--max-old-space-size=256', '--no-warnings'];
const KEPT_WORDS = 4_096;
const END_MS = 2_000;

/** A process that runs models, at the other end of a pipe. Answers come in the order of the calls. */
export class WorkerProcess {
  /** Fulfilled once, when the process has ended, whatever the reason. */
  readonly exited: Promise<WorkerExit>;
  private readonly child: ChildProcess;
  private readonly pipe: Duplex;
  private readonly calls = new Map<number, Call>();
  private readonly watchdog: NodeJS.Timeout;
  private lastCall = 0;
  private said = '';
  private overran = false;

  /** @param callLimitMs a call that is under way for longer ends the process */
  constructor(callLimitMs: number) {
    // No environment: native code that runs foreign models has no use for the service's secrets. The folder holds only this code,
    // so that a model that names external data finds none.
    const child = spawn(process.execPath, [...NODE_FLAGS, WORKER_FILE], {
      stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
      env: {},
      cwd: dirname(WORKER_FILE),
    });
    this.child = child;
    this.pipe = child.stdio[3] as Duplex;
    this.exited = new Promise((resolve) => {
      child.once('error', (error) => resolve(this.lost(null, null, error.message)));
      child.once('close', (code, signal) => resolve(this.lost(code, signal)));
    });
    child.stderr!.setEncoding('utf8').on('data', (text: string) => (this.said = (this.said + text).slice(-KEPT_WORDS)));
    this.watchdog = setTimeout(() => this.checkLimit(), callLimitMs).unref();
    const reader = new FrameReader();
    this.pipe.on('data', (chunk: Buffer) => reader.push(chunk).forEach((frame) => this.settle(frame)));
    this.pipe.on('error', () => undefined); // the end of the process tells the same
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  /** @throws WorkerLost where the process ends first; Problem with what it answered */
  call(kind: FrameKind, payload: readonly Uint8Array[]): Promise<Buffer> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return this.refuse();
    const call = (this.lastCall = (this.lastCall + 1) >>> 0);
    return new Promise((resolve, reject) => {
      if (this.calls.size === 0) this.watchdog.refresh();
      this.calls.set(call, { resolve, reject });
      this.pipe.cork();
      for (const part of frameParts(kind, call, payload)) this.pipe.write(part);
      this.pipe.uncork();
    });
  }

  /** Ends at once, whatever runs. */
  kill(): void {
    this.child.kill('SIGKILL');
  }

  /** Ends after the run under way, or at once if that takes too long. */
  async end(): Promise<void> {
    this.pipe.end();
    const late = setTimeout(() => this.kill(), END_MS);
    await this.exited;
    clearTimeout(late);
  }

  // Not at once: whoever asks again on a loss would otherwise spin until the process is known to be gone.
  private async refuse(): Promise<never> {
    await this.exited;
    throw new WorkerLost(false, false);
  }

  private settle({ kind, call, payload }: Frame): void {
    const waiting = this.calls.get(call);
    this.calls.delete(call);
    this.watchdog.refresh();
    if (kind === 'done') return waiting?.resolve(payload);
    const { slug, detail } = decodeRecord<Failure>(payload).record;
    waiting?.reject(new Problem('invalid', slug, detail));
  }

  // Refreshed at every answer, so it measures the call under way and not those that wait behind it.
  private checkLimit(): void {
    if (this.calls.size === 0) return;
    this.overran = true;
    this.kill();
  }

  private lost(code: number | null, signal: string | null, said = this.said): WorkerExit {
    const calls = [...this.calls.values()];
    this.calls.clear();
    clearTimeout(this.watchdog);
    calls.forEach(({ reject }, i) => reject(new WorkerLost(i === 0, i === 0 && this.overran)));
    return { pid: this.child.pid, code, signal, said };
  }
}
