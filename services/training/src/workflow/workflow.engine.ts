import { Inject, Injectable } from '@nestjs/common';
import { LOG, type Stoppable } from '#libs/host';
import type { Logger } from '#libs/log';
import type { TrainingEnv } from '../env.js';
import { Changes } from '../live/changes.listener.js';
import type { PipelineRun } from '../pipeline-run/pipeline-run.js';
import { PIPELINE_WORK, PipelineRunRepository } from '../pipeline-run/pipeline-run.repository.js';
import { trainingActor } from '../pipeline-run/training-actor.js';
import { ENV } from '../tokens.js';
import { DbosRuntime } from './dbos.runtime.js';
import { Executions } from './executions.js';
import { acquireLease } from './leader.lease.js';
import { PipelineInterpreter } from './pipeline.interpreter.js';

/** Pipeline runs looked at in one turn. */
const TURN_LIMIT = 100;
const LOOK_AGAIN_MS = 1_000;
const RELAUNCH_MS = 1_000;
type Work = Pick<PipelineRun, 'id' | 'workspace' | 'cancelRequested'>;

/**
 * Executes pipeline runs in the one replica that holds the lease. A run is begun by a row in the database, so the mutation that asks
 * for it and its start cannot part; the engine only takes up what it finds there.
 */
@Injectable()
export class WorkflowEngine {
  private readonly stopping = new AbortController();
  /** What is launched now: answers of an engine that was shut down no longer count. */
  private current: DbosRuntime | undefined;

  constructor(
    @Inject(ENV) private readonly env: TrainingEnv,
    @Inject(LOG) private readonly log: Logger,
    private readonly runs: PipelineRunRepository,
    private readonly interpreter: PipelineInterpreter,
    private readonly executions: Executions,
    private readonly changes: Changes,
  ) {}

  start(): Stoppable {
    const working = this.work();
    return {
      stop: async () => {
        this.stopping.abort();
        await working;
      },
    };
  }

  private async work(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      const lease = await acquireLease(this.env.DATABASE_URL, 'training-pipelines', signal);
      if (!lease) return;
      try {
        await this.lead(AbortSignal.any([signal, lease.lost]));
      } catch (error) {
        this.log.error({ err: error }, 'pipeline runs cannot be executed; trying again');
        await this.changes.wait(PIPELINE_WORK, RELAUNCH_MS, signal);
      } finally {
        await lease.release().catch(() => undefined);
      }
    }
  }

  private async lead(until: AbortSignal): Promise<void> {
    this.executions.reset();
    const runtime = await DbosRuntime.launch({
      url: this.env.DATABASE_URL,
      ownerUrl: this.env.DATABASE_OWNER_URL,
      execute: (ref, durably) => this.interpreter.execute(ref, durably),
      log: this.log,
    });
    this.current = runtime;
    try {
      while (!until.aborted) {
        for (const work of await this.runs.open(TURN_LIMIT)) this.takeUp(runtime, work);
        await this.changes.wait(PIPELINE_WORK, LOOK_AGAIN_MS, until);
      }
    } finally {
      this.current = undefined;
      this.executions.stopAll();
      await runtime.shutdown();
    }
  }

  private takeUp(runtime: DbosRuntime, { id, workspace, cancelRequested }: Work): void {
    if (cancelRequested) this.executions.cancel(id);
    if (this.executions.has(id)) return;
    this.executions.signalOf(id);
    void this.follow(runtime, id, workspace);
  }

  private async follow(runtime: DbosRuntime, id: string, workspace: string): Promise<void> {
    try {
      await runtime.run({ id, workspace });
    } catch (error) {
      if (this.current !== runtime) return;
      this.log.error({ err: error, pipelineRunId: id }, 'a pipeline run failed unexpectedly');
    }
    if (this.current !== runtime) return;
    await this.closeWhatIsOpen(id, workspace).catch((error: unknown) => {
      this.log.error({ err: error, pipelineRunId: id }, 'a pipeline run that ended cannot be closed');
    });
    this.executions.forget(id);
  }

  /** A workflow that ended has ended its run; where an earlier process was killed between the two, this does. */
  private async closeWhatIsOpen(id: string, workspace: string): Promise<void> {
    const ending = { outcome: 'failed', reason: 'internal error', modelVersionId: null } as const;
    await this.runs.end(workspace, id, trainingActor(workspace), ending);
  }
}
