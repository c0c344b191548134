/** Why a step under way was stopped. */
export type StopReason = 'cancelled' | 'stopping';

/** The pipeline runs that this process executes, each with the signal that stops its step. */
export class Executions {
  private readonly signals = new Map<string, AbortController>();
  private stopping = false;

  /** The signal of a pipeline run's steps. */
  signalOf(pipelineRunId: string): AbortSignal {
    const controller = this.signals.get(pipelineRunId) ?? new AbortController();
    this.signals.set(pipelineRunId, controller);
    if (this.stopping) controller.abort();
    return controller.signal;
  }

  has(pipelineRunId: string): boolean {
    return this.signals.has(pipelineRunId);
  }

  /** Stops the step under way; the run then ends as cancelled. */
  cancel(pipelineRunId: string): void {
    this.signals.get(pipelineRunId)?.abort();
  }

  forget(pipelineRunId: string): void {
    this.signals.delete(pipelineRunId);
  }

  /** True while the process lets go of its work: what a step answers then must not be recorded, for the next process repeats it. */
  get isStopping(): boolean {
    return this.stopping;
  }

  stopAll(): void {
    this.stopping = true;
    for (const controller of this.signals.values()) controller.abort();
  }

  /** Ready to execute again. */
  reset(): void {
    this.stopping = false;
    this.signals.clear();
  }
}
