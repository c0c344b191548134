import { setTimeout as pause } from 'node:timers/promises';
import { Problem } from '#libs/problem';
import { HostedSession } from './hosted-session.js';
import { decodeRecord, decodeTensors, encodeRecord, encodeTensors, type LoadRequest } from './message.js';
import type { ModelFile, ModelSignature } from './model.js';
import type { PoolSettings } from './pool-options.js';
import type { Tensor } from './tensor.js';
import { WorkerLost, WorkerProcess, type WorkerExit } from './worker-process.js';

/** A model that takes its process down this often while it is loaded is given up. */
const LOAD_ATTEMPTS = 2;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;

/** A place for a worker process: starts it with the first model, replaces it when it is lost, ends it with the last model. */
export class WorkerSlot {
  private readonly sessions = new Map<string, HostedSession>();
  private process: WorkerProcess | undefined;
  private loading: Promise<void> | undefined;
  /** Processes lost since one last finished a run. */
  private lossesInARow = 0;

  /** @param changed called when a model has become ready, or is given up (then with the reason) */
  constructor(
    private readonly settings: PoolSettings,
    private readonly changed: (hash: string, error?: Error) => void,
  ) {}

  get pid(): number | undefined {
    return this.process?.pid;
  }

  /** Models that run here now; a second one would wait behind them. */
  get busy(): number {
    return [...this.sessions.values()].filter(({ busy }) => busy).length;
  }

  session(hash: string): HostedSession | undefined {
    return this.sessions.get(hash);
  }

  /** Loads and warms a model. @throws Problem as the pool's `load` */
  load(file: ModelFile): Promise<ModelSignature> {
    const session = new HostedSession(file);
    this.sessions.set(file.hash, session);
    this.loadPending();
    return session.loaded;
  }

  /** @throws WorkerLost; Problem invalid `inference/run-failed` */
  async run(hash: string, inputs: readonly Tensor[]): Promise<readonly Tensor[]> {
    if (!this.process) throw new WorkerLost(false, false);
    const answer = await this.process.call('run', encodeTensors(hash, inputs));
    this.lossesInARow = 0;
    return decodeTensors(answer).tensors;
  }

  /** Frees a model; the process reads its calls in order, so a run under way ends first. */
  async unload(hash: string): Promise<void> {
    this.sessions.delete(hash);
    if (this.sessions.size === 0) return this.end();
    await this.process?.call('unload', encodeRecord({ hash } satisfies LoadRequest)).catch(() => undefined); // lost: nothing to free
  }

  async end(): Promise<void> {
    this.sessions.clear();
    const ending = this.process;
    this.process = undefined;
    await ending?.end();
  }

  private loadPending(): void {
    this.loading ??= this.loadAll().finally(() => {
      this.loading = undefined;
      if (this.nextPending()) this.loadPending();
    });
  }

  private nextPending(): HostedSession | undefined {
    return [...this.sessions.values()].find(({ state }) => state === 'pending');
  }

  private async loadAll(): Promise<void> {
    for (let session = this.nextPending(); session; session = this.nextPending()) {
      if (!this.process && this.lossesInARow > 1)
        await pause(Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (this.lossesInARow - 2)));
      this.process ??= this.start();
      await this.loadOne(session, this.process);
    }
  }

  private async loadOne(session: HostedSession, worker: WorkerProcess): Promise<void> {
    const { file } = session;
    const request: LoadRequest = 'path' in file ? { hash: file.hash, path: file.path } : { hash: file.hash };
    try {
      const answer = await worker.call('load', encodeRecord(request, 'bytes' in file ? file.bytes : undefined));
      session.ready(decodeRecord<ModelSignature>(answer).record);
      this.changed(file.hash);
    } catch (error) {
      if (error instanceof Problem) return this.giveUp(session, error);
      await worker.exited; // the slot has then forgotten it
      if (error instanceof WorkerLost && error.running) session.losses += 1; // else it waited behind the call that ended it
      if (this.sessions.get(file.hash) !== session || session.losses < LOAD_ATTEMPTS) return;
      this.giveUp(
        session,
        new Problem('unavailable', 'inference/model-crashed', 'the process ended each time it loaded the model', {
          hash: file.hash,
        }),
      );
    }
  }

  private giveUp(session: HostedSession, error: Problem): void {
    session.fail(error);
    this.changed(session.file.hash, error);
  }

  private start(): WorkerProcess {
    const worker = new WorkerProcess(this.settings.runLimitMs);
    void worker.exited.then((exit) => this.lost(worker, exit));
    return worker;
  }

  private lost(worker: WorkerProcess, exit: WorkerExit): void {
    if (this.process !== worker) return; // ended on purpose
    this.process = undefined;
    this.lossesInARow += 1;
    for (const session of this.sessions.values()) if (session.state === 'ready') session.state = 'pending';
    this.settings.onEvent({ kind: 'worker-exited', exit });
    this.loadPending();
  }
}
