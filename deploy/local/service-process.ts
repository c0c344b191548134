import { fork, type ChildProcess } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';

const FIRST_BACKOFF_MS = 200;
const LONGEST_BACKOFF_MS = 5_000;
/** A process that lived this long begins again with the shortest back-off. */
const STEADY_MS = 30_000;
/** Deaths in a row before its first readiness that mean it cannot start at all. */
const START_ATTEMPTS = 3;

export interface ServiceProcessOptions {
  readonly name: string;
  /** The module to fork; it sends `{ready}` when its doors are open and drains on SIGTERM (see runMain). */
  readonly module: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly say: (sentence: string) => void;
  /** Told the process id of every start, for whoever must end it when we cannot. */
  readonly onStart: (pid: number) => void;
}

/** One service in a process of its own, started again whenever it ends unasked. */
export class ServiceProcess {
  private child: ChildProcess | undefined;
  private stopping = false;
  private failures = 0;
  private wasReady = false;
  private readonly pause = new AbortController();

  constructor(private readonly options: ServiceProcessOptions) {}

  /** The process as it is now; undefined while it waits to be started again. */
  get pid(): number | undefined {
    return this.child?.pid;
  }

  /**
   * Resolves at its first readiness.
   * @throws Error with its last words where it ends before that, three times in a row
   */
  start(): Promise<void> {
    return new Promise((resolve, reject) => void this.keepAlive(resolve, reject));
  }

  /** Drains it: SIGTERM, and SIGKILL where it has not ended after `patienceMs`. */
  async stop(patienceMs: number): Promise<void> {
    this.stopping = true;
    this.pause.abort();
    const child = this.child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    child.kill('SIGTERM');
    const kill = setTimeout(() => killGroup(child.pid), patienceMs);
    await ended;
    clearTimeout(kill);
  }

  private async keepAlive(onReady: () => void, onHopeless: (error: Error) => void): Promise<void> {
    while (!this.stopping) {
      const startedAt = performance.now();
      const lastWords = await this.runOnce(onReady);
      if (this.stopping) return;
      if (performance.now() - startedAt > STEADY_MS) this.failures = 0;
      this.failures += 1;
      if (!this.wasReady && this.failures >= START_ATTEMPTS) {
        onHopeless(new Error(`${this.options.name} does not start: ${lastWords}`));
        return;
      }
      const backoffMs = Math.min(FIRST_BACKOFF_MS * 2 ** (this.failures - 1), LONGEST_BACKOFF_MS);
      this.options.say(`${this.options.name} ended (${lastWords}); it starts again in ${backoffMs} ms`);
      await delay(backoffMs, undefined, { signal: this.pause.signal }).catch(() => undefined);
    }
  }

  /** Runs the process to its end and returns what it said last. */
  private runOnce(onReady: () => void): Promise<string> {
    const { module, environment, onStart } = this.options;
    // Its own process group: a Ctrl-C on the terminal is the launcher's to pass on, in order.
    const child = fork(module, [], { env: environment, stdio: ['ignore', 'inherit', 'pipe', 'ipc'], detached: true });
    this.child = child;
    if (child.pid !== undefined) onStart(child.pid);
    let words = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      process.stderr.write(chunk);
      words = (words + chunk.toString('utf8')).slice(-2_000);
    });
    child.on('message', (message) => {
      if (!isReady(message)) return;
      this.wasReady = true;
      onReady();
    });
    return new Promise((resolve) => {
      child.once('error', (error) => resolve(error.message));
      child.once('exit', (code, signal) => {
        killGroup(child.pid); // its own workers, where it was killed and could not end them
        resolve(words.trim() || (signal ?? `exit code ${code}`));
      });
    });
  }
}

function isReady(message: unknown): boolean {
  return typeof message === 'object' && message !== null && 'ready' in message;
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error; // nobody was left
  }
}
