import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Problem } from '#libs/problem';
import type { Answers, FromProcess, Job, JobOf, ProcessLimits } from './protocol.js';

/** A statement that does not stop within this time after it was interrupted costs its process. */
const INTERRUPT_GRACE_MS = 2_000;

/** The forked file is always the built one: a test that runs from the sources finds it under dist. */
const ENTRY = fileURLToPath(new URL('./engine-child.js', import.meta.url)).replace('/libs/sql/src/', (part) =>
  import.meta.url.endsWith('.ts') ? `/dist${part}` : part,
);

/** One DuckDB process, which does one job at a time. */
export class EngineProcess {
  private readonly child: ChildProcess;
  private pending: { readonly resolve: (answer: unknown) => void; readonly reject: (error: unknown) => void } | undefined;
  private ended = false;

  constructor(limits: ProcessLimits) {
    // An empty environment: a statement must find no secret in the process it runs in.
    this.child = fork(ENTRY, [JSON.stringify(limits)], {
      serialization: 'advanced',
      execArgv: [],
      env: {},
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    this.child.on('message', (message: FromProcess) => this.settle(message));
    this.child.once('error', () => this.lose());
    this.child.once('exit', () => this.lose());
    this.rest();
  }

  get alive(): boolean {
    return !this.ended;
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  /** Does one job; when `signal` aborts, the statement is interrupted, and the process ended if that does not help. */
  run<Op extends Job['op']>(job: JobOf<Op>, signal: AbortSignal): Promise<Answers[Op]> {
    this.child.ref();
    this.child.channel?.ref();
    const answer = new Promise<Answers[Op]>((resolve, reject) => {
      this.pending = { resolve: resolve as (answer: unknown) => void, reject };
    });
    let grace: NodeJS.Timeout | undefined;
    const interrupt = () => {
      if (this.alive) this.child.send({ cancel: true });
      grace = setTimeout(() => this.kill(), INTERRUPT_GRACE_MS);
    };
    signal.addEventListener('abort', interrupt, { once: true });
    this.child.send({ do: job });
    return answer.finally(() => {
      clearTimeout(grace);
      signal.removeEventListener('abort', interrupt);
      this.rest();
    });
  }

  kill(): void {
    this.child.kill('SIGKILL');
  }

  async end(): Promise<void> {
    if (this.ended) return;
    this.child.ref();
    const exit = once(this.child, 'exit');
    this.kill();
    await exit;
  }

  /** An idle process must not keep its parent alive. */
  private rest(): void {
    this.child.unref();
    this.child.channel?.unref();
  }

  private settle(message: FromProcess): void {
    const pending = this.pending;
    this.pending = undefined;
    if (!pending) return;
    if ('answer' in message) pending.resolve(message.answer);
    else if ('problem' in message) {
      const { kind, slug, detail, facts } = message.problem;
      pending.reject(new Problem(kind, slug, detail, facts));
    } else {
      this.kill();
      pending.reject(new Error(`the SQL process failed: ${message.fault}`));
    }
  }

  private lose(): void {
    this.ended = true;
    this.pending?.reject(
      new Problem('unavailable', 'sql/process-lost', 'the SQL process ended while it worked; another one takes over'),
    );
    this.pending = undefined;
  }
}
