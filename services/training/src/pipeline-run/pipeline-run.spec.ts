import {
  currentStep,
  endPipelineRun,
  finishStep,
  progressOf,
  requestCancel,
  startStep,
  stepsOf,
  type PipelineRun,
} from './pipeline-run.js';
import { checkPlan, retrainingPlan, type TrainingPlan } from './plan.js';

const at = (text: string): Date => new Date(`${text}T00:00:00Z`);
const plan: TrainingPlan = {
  train: { from: at('2013-01-01'), to: at('2013-04-01') },
  calibrate: { from: at('2013-04-01'), to: at('2013-05-01') },
  test: { from: at('2013-05-01'), to: at('2013-06-01') },
  knownUntil: at('2013-06-01'),
  baselineVersionIds: [],
  permuteLabels: false,
  incumbentVersionId: null,
};
const run: PipelineRun = {
  ...{
    id: 'plr_1',
    workspace: 'main',
    pipelineId: 'pl_1',
    state: 'running',
    plan,
    steps: stepsOf(plan),
    stepProgress: 0,
    runId: 'run_1',
  },
  ...{
    modelVersionId: null,
    reason: null,
    alertId: null,
    comparison: null,
    cancelRequested: false,
    revision: 1,
    startedAt: at('2013-06-01'),
    endedAt: null,
  },
};
const now = at('2013-06-02');

describe('a plan', () => {
  it.each([
    ['an empty period', { train: { from: at('2013-04-01'), to: at('2013-04-01') } }],
    ['calibration on rows that were trained on', { calibrate: { from: at('2013-03-31'), to: at('2013-05-01') } }],
    ['a test on rows that calibrated', { test: { from: at('2013-04-30'), to: at('2013-06-01') } }],
    ['a test of which nothing is known yet', { knownUntil: at('2013-05-01') }],
    ['the same baseline twice', { baselineVersionIds: ['mv_1', 'mv_1'] }],
  ])('with %s is refused', (_, change) => {
    expect(() => checkPlan({ ...plan, ...change })).toThrow();
  });

  it('of a retraining uses only what was known at the alert, and compares on rows that nothing was fitted on', () => {
    const trigger = {
      endpointId: 'ep_1',
      trainFrom: at('2013-01-01'),
      calibrationDays: 28,
      comparisonDays: 21,
      baselineVersionIds: ['mv_0'],
    };
    const retraining = retrainingPlan(trigger, { raisedAt: at('2013-10-01'), modelVersionId: 'mv_1' });
    checkPlan(retraining);
    expect(retraining).toMatchObject({
      train: { from: at('2013-01-01'), to: at('2013-08-13') },
      calibrate: { from: at('2013-08-13'), to: at('2013-09-10') },
      test: { from: at('2013-09-10'), to: at('2013-10-01') },
      knownUntil: at('2013-10-01'),
      incumbentVersionId: 'mv_1',
    });
  });
});

describe('a pipeline run', () => {
  it('compares only where there is a version to beat', () => {
    expect(stepsOf(plan).map(({ name }) => name)).not.toContain('compare');
    expect(stepsOf({ ...plan, incumbentVersionId: 'mv_1' }).map(({ name }) => name)).toContain('compare');
  });

  it('tells its step and how far it is', () => {
    const training = {
      ...startStep(finishStep(startStep(run, 'training-set', now), 'training-set', now), 'train', now),
      stepProgress: 0.5,
    };
    expect(currentStep(training)).toBe('train');
    expect(progressOf(training)).toBeCloseTo(1.5 / 7);
    expect(currentStep(run)).toBe('training-set');
  });

  it('ends once: what comes later changes nothing', () => {
    const failed = endPipelineRun(startStep(run, 'train', now), { outcome: 'failed', reason: 'x', modelVersionId: null }, now);
    expect(failed.steps.find(({ name }) => name === 'train')?.state).toBe('failed');
    expect(endPipelineRun(failed, { outcome: 'registered', reason: null, modelVersionId: 'mv_1' }, now)).toBe(failed);
  });

  it('can be cancelled while it runs, and not once it has registered', () => {
    expect(requestCancel(run).cancelRequested).toBe(true);
    expect(() => requestCancel({ ...run, state: 'registered' })).toThrow('registered already');
  });
});
