import { Problem } from '#libs/problem';
import { EngineProcess } from './engine-process.js';
import type { Answers, Job, JobOf, ProcessLimits } from './protocol.js';

export interface PoolLimits {
  readonly processes: number;
  /** Callers that may wait for a free process; the next is refused with `sql/busy`. */
  readonly maxWaiting: number;
  /** An idle process ends after this time, and its memory returns to the machine. */
  readonly idleMs: number;
}

/** Processes started when needed, replaced when lost, ended when idle. */
export class EnginePool {
  private readonly processes = new Map<EngineProcess, { busy: boolean; idle?: NodeJS.Timeout }>();
  private readonly waiting: (() => void)[] = [];
  private closed = false;

  constructor(
    private readonly pool: PoolLimits,
    private readonly limits: ProcessLimits,
  ) {}

  /** Ids of the processes that live now. */
  get pids(): number[] {
    return [...this.processes.keys()].filter((process) => process.alive).flatMap((process) => process.pid ?? []);
  }

  async run<Op extends Job['op']>(job: JobOf<Op>, signal: AbortSignal): Promise<Answers[Op]> {
    const process = await this.take(signal);
    try {
      signal.throwIfAborted();
      return await process.run(job, signal);
    } finally {
      this.giveBack(process);
    }
  }

  async close(): Promise<void> {
    this.closed = true;
    for (const wake of this.waiting.splice(0)) wake();
    const processes = [...this.processes];
    for (const [, state] of processes) clearTimeout(state.idle);
    await Promise.all(processes.map(([process]) => process.end()));
    this.processes.clear();
  }

  private async take(signal: AbortSignal): Promise<EngineProcess> {
    for (;;) {
      if (this.closed) throw new Problem('cancelled', 'sql/cancelled', 'the SQL engine was closed');
      signal.throwIfAborted();
      const free = this.free();
      if (free) return free;
      if (this.waiting.length >= this.pool.maxWaiting) {
        throw new Problem('exhausted', 'sql/busy', `${this.pool.maxWaiting} statements wait already`, {
          waiting: this.waiting.length,
        });
      }
      await this.turn(signal);
    }
  }

  private free(): EngineProcess | undefined {
    for (const [process, state] of this.processes) {
      if (!process.alive) this.processes.delete(process);
      else if (!state.busy) {
        clearTimeout(state.idle);
        state.busy = true;
        return process;
      }
    }
    if (this.processes.size >= this.pool.processes) return undefined;
    const process = new EngineProcess(this.limits);
    this.processes.set(process, { busy: true });
    return process;
  }

  private giveBack(process: EngineProcess): void {
    const state = this.processes.get(process);
    if (state && process.alive) {
      state.busy = false;
      state.idle = setTimeout(() => {
        this.processes.delete(process);
        process.kill();
      }, this.pool.idleMs).unref();
    } else this.processes.delete(process);
    this.waiting.shift()?.();
  }

  private turn(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        signal.removeEventListener('abort', abandon);
        resolve();
      };
      const abandon = () => {
        this.waiting.splice(this.waiting.indexOf(wake), 1);
        resolve();
      };
      this.waiting.push(wake);
      signal.addEventListener('abort', abandon, { once: true });
    });
  }
}
