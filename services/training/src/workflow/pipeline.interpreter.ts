import { Inject, Injectable } from '@nestjs/common';
import { LOG } from '#libs/host';
import type { Logger } from '#libs/log';
import { Problem } from '#libs/problem';
import { beatsIncumbent } from '../evaluation/comparison.js';
import { PipelineRepository } from '../pipeline/pipeline.repository.js';
import { finishStep, startStep, type Ending, type StepName } from '../pipeline-run/pipeline-run.js';
import { PipelineRunRepository } from '../pipeline-run/pipeline-run.repository.js';
import { trainingActor } from '../pipeline-run/training-actor.js';
import type { StepContext } from '../step/step-context.types.js';
import { Executions } from './executions.js';
import { endingOf, failureOf, isTransient, StepFailed, type Failure } from './failure.js';
import { PipelineSteps } from './pipeline.steps.js';
import { ProgressReport } from './progress-report.js';

/** Which pipeline run a workflow executes. */
export interface PipelineRunRef {
  readonly workspace: string;
  readonly id: string;
}

/** Runs a piece of work once and keeps its answer: after a restart the answer comes from the record. */
export type Durably = <Answer>(name: string, work: () => Promise<Answer>) => Promise<Answer>;

type Attempt<Output> = { readonly output: Output } | { readonly failure: Failure };

/** The order of a pipeline's steps. All that is decided between steps follows from their answers alone. */
@Injectable()
export class PipelineInterpreter {
  constructor(
    private readonly runs: PipelineRunRepository,
    private readonly pipelines: PipelineRepository,
    private readonly steps: PipelineSteps,
    private readonly executions: Executions,
    @Inject(LOG) private readonly log: Logger,
  ) {}

  async execute(ref: PipelineRunRef, durably: Durably): Promise<void> {
    let ending: Ending;
    try {
      ending = await this.work(ref, durably);
    } catch (error) {
      ending = endingOf(error instanceof StepFailed ? error.failure : this.exhausted(ref, error));
    }
    await durably('end', async () => {
      await this.runs.end(ref.workspace, ref.id, trainingActor(ref.workspace), ending);
      return ending.outcome;
    });
  }

  /** A step that was tried as often as makes sense, or a fault of the engine. */
  private exhausted({ id }: PipelineRunRef, error: unknown): Failure {
    this.log.error({ err: error, pipelineRunId: id }, 'a pipeline step could not be brought to an end');
    return failureOf(lastOf(error));
  }

  private async work(ref: PipelineRunRef, durably: Durably): Promise<Ending> {
    const step = <Output>(name: StepName, run: (context: StepContext) => Promise<Output>): Promise<Output> =>
      this.step(ref, durably, name, run);
    const { steps } = this;
    const set = await step('training-set', (context) => steps.trainingSet.run(context));
    const model = await step('train', (context) => steps.train.run(context, set));
    const decision = await step('calibrate', (context) => steps.calibrate.run(context, set, model));
    const exported = await step('export', (context) => steps.exported.run(context, model, decision));
    await step('parity', (context) => steps.parity.run(context, set, model, decision, exported));
    const priced = await step('price', (context) => steps.price.run(context, set, model, decision));
    const retraining = await durably(
      'is-retraining',
      async () => (await this.runs.get(ref.workspace, ref.id)).plan.incumbentVersionId !== null,
    );
    if (retraining) {
      const comparison = await step('compare', (context) => steps.compare.run(context, set, decision, exported));
      if (!beatsIncumbent(comparison)) {
        const reason = 'the new version is not better than the one in operation beyond chance, on the same rows';
        return { outcome: 'refused', reason, modelVersionId: null };
      }
    }
    const modelVersionId = await step('register', (context) => steps.register.run(context, set, decision, exported, priced));
    return { outcome: 'registered', reason: null, modelVersionId };
  }

  private async step<Output>(
    ref: PipelineRunRef,
    durably: Durably,
    name: StepName,
    run: (context: StepContext) => Promise<Output>,
  ): Promise<Output> {
    const attempt = await durably(name, () => this.attempt(ref, name, run));
    if ('failure' in attempt) throw new StepFailed(attempt.failure);
    return attempt.output;
  }

  /** One attempt at a step. A refusal is an answer, to be recorded; what may pass by itself is thrown, to be tried again. */
  private async attempt<Output>(
    ref: PipelineRunRef,
    name: StepName,
    work: (context: StepContext) => Promise<Output>,
  ): Promise<Attempt<Output>> {
    const signal = this.executions.signalOf(ref.id);
    const report = new ProgressReport((share) =>
      this.runs.change(ref.workspace, ref.id, (run) => ({ ...run, stepProgress: share })),
    );
    try {
      const run = await this.runs.change(ref.workspace, ref.id, (current) => startStep(current, name, new Date()));
      if (run.cancelRequested) throw new Problem('cancelled', 'training/cancelled', 'the pipeline run was cancelled');
      const pipeline = await this.pipelines.get(ref.workspace, run.pipelineId);
      const output = await work({ run, pipeline, signal, report: (share) => report.tell(share) });
      await report.close();
      await this.runs.change(ref.workspace, ref.id, (current) => finishStep(current, name, new Date()));
      return { output };
    } catch (error) {
      await report.close();
      // The process is going: nothing may be recorded, the next one repeats the step.
      if (this.executions.isStopping) return new Promise(() => undefined);
      if (isTransient(error)) throw error;
      if (!(error instanceof Problem))
        this.log.error({ err: error, pipelineRunId: ref.id, step: name }, 'a pipeline step failed unexpectedly');
      return { failure: failureOf(error) };
    }
  }
}

/** The engine wraps what every try met; the last of it says most. */
function lastOf(error: unknown): unknown {
  return (error as { readonly errors?: readonly unknown[] } | undefined)?.errors?.at(-1) ?? error;
}
