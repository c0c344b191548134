import { money } from '#libs/value';
import type { Evaluation } from '../model-version/model-version.js';
import { judgeArtifact, judgeEvaluation } from './gate.js';

const euros = (amount: number) => money(BigInt(amount * 100), 'EUR');
const estimate = (value: number, low: number, high: number) => ({
  value: euros(value),
  low: euros(low),
  high: euros(high),
  confidence: 0.95,
});
const good: Evaluation = {
  from: new Date('2013-05-01'),
  to: new Date('2013-06-01'),
  rows: 28_128,
  auc: 0.755,
  logLoss: 0.45,
  brier: 0.14,
  expectedCalibrationError: 0.03,
  dayShockVariance: 0.2,
  actedDayShockVariance: 0.2,
  incumbentVersionId: null,
  valuePerMonth: estimate(96_000, 43_000, 155_000),
  baselines: ['never', 'always', 'mv_rule'].map((baseline) => ({
    baseline,
    valuePerMonth: estimate(0, 0, 0),
    difference: estimate(60_000, 30_000, 100_000),
  })),
};

function failed(evaluation: Evaluation): readonly string[] {
  return judgeEvaluation(evaluation)
    .filter(({ passed }) => !passed)
    .map(({ kind }) => kind);
}

describe('the gates of a trained version', () => {
  it('let a calibrated model pass that beats every baseline', () => {
    expect(failed(good)).toEqual([]);
  });

  it('refuse a model that tells no more than a coin', () => {
    expect(failed({ ...good, auc: 0.5 })).toEqual(['auc_floor']);
  });

  it('refuse a model that knows the outcome', () => {
    expect(failed({ ...good, auc: 0.995 })).toEqual(['label_sanity']);
  });

  it('refuse forecasts that are not frequencies', () => {
    expect(failed({ ...good, expectedCalibrationError: 0.09 })).toEqual(['calibration']);
  });

  it('refuse a model whose advantage over one baseline may be chance', () => {
    const baselines = good.baselines.map((baseline, index) =>
      index === 2 ? { ...baseline, difference: estimate(5_000, -1, 11_000) } : baseline,
    );
    expect(failed({ ...good, baselines })).toEqual(['value_above_baselines']);
  });

  describe('for a retrained version', () => {
    const retrained = (againstIncumbent: number, againstNever: number): Evaluation => ({
      ...good,
      incumbentVersionId: 'mv_old',
      baselines: [
        { baseline: 'mv_old', valuePerMonth: estimate(0, 0, 0), difference: estimate(20_000, againstIncumbent, 30_000) },
        { baseline: 'never', valuePerMonth: estimate(0, 0, 0), difference: estimate(againstNever, -9_000, 80_000) },
      ],
    });

    it('ask for an advantage beyond chance over the version it replaces, and any over the others', () => {
      expect(failed(retrained(10_000, 500))).toEqual([]);
      expect(failed(retrained(-1, 500))).toEqual(['value_above_baselines']);
      expect(failed(retrained(10_000, -500))).toEqual(['value_above_baselines']);
    });

    it('refuse one that was not compared with the version it replaces', () => {
      expect(failed({ ...good, incumbentVersionId: 'mv_old' })).toEqual(['value_above_baselines']);
    });
  });

  it('refuse a model that was compared with nothing', () => {
    expect(failed({ ...good, baselines: [] })).toEqual(['value_above_baselines']);
  });
});

describe('the gates of an artifact', () => {
  it('refuse an export that computes something else, and one that could not be compared', () => {
    const judge = (largestDifference: number, rows: number) =>
      judgeArtifact({ largestDifference, rows, latencyMsP99: 1 })[0]!.passed;
    expect([judge(1e-7, 100), judge(1e-3, 100), judge(Infinity, 100), judge(0, 0)]).toEqual([true, false, false, false]);
  });

  it('refuse a model that is too slow for its callers', () => {
    expect(judgeArtifact({ largestDifference: 0, rows: 1, latencyMsP99: 101 })[1]!.passed).toBe(false);
  });
});
