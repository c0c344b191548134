import fc from 'fast-check';
import {
  areaUnderRoc,
  brierScore,
  calibrationCurve,
  errorOfCurve,
  expectedCalibrationError,
  logLoss,
  meanResidual,
} from './index.js';

const forecasts = fc
  .array(
    fc.tuple(
      fc.integer({ min: 0, max: 20 }).map((k) => k / 20),
      fc.integer({ min: 0, max: 1 }),
    ),
    { minLength: 1, maxLength: 60 },
  )
  .map((rows) => ({ p: rows.map(([p]) => p), y: rows.map(([, y]) => y) }));

/** Every pair of a positive and a negative row, counted one by one. */
function pairCount(scores: readonly number[], outcomes: readonly number[]): number | undefined {
  let won = 0;
  let pairs = 0;
  outcomes.forEach((a, i) =>
    outcomes.forEach((b, j) => {
      if (a !== 1 || b !== 0) return;
      pairs++;
      won += scores[i]! > scores[j]! ? 1 : scores[i] === scores[j] ? 0.5 : 0;
    }),
  );
  return pairs === 0 ? undefined : won / pairs;
}

describe('area under the ROC curve', () => {
  it('equals the share of pairs won, ties counting half', () => {
    fc.assert(
      fc.property(forecasts, ({ p, y }) => {
        const expected = pairCount(p, y);
        if (expected === undefined) expect(areaUnderRoc(p, y)).toBeUndefined();
        else expect(areaUnderRoc(p, y)).toBeCloseTo(expected, 12);
      }),
    );
  });

  it('turns into its complement when the scores are turned round', () => {
    fc.assert(
      fc.property(forecasts, ({ p, y }) => {
        const area = areaUnderRoc(p, y);
        if (area !== undefined)
          expect(
            areaUnderRoc(
              p.map((v) => -v),
              y,
            ),
          ).toBeCloseTo(1 - area, 12);
      }),
    );
  });

  it('refuses columns of different lengths, scores that are no numbers and outcomes that are not binary', () => {
    expect(() => areaUnderRoc([0.1], [0, 1])).toThrow(expect.objectContaining({ slug: 'statistics/lengths-differ' }));
    expect(() => areaUnderRoc([NaN], [0])).toThrow(expect.objectContaining({ slug: 'statistics/not-finite' }));
    expect(() => areaUnderRoc([0.1], [2])).toThrow(expect.objectContaining({ slug: 'statistics/outcome-not-binary' }));
  });
});

describe('proper scores', () => {
  it('have their textbook values', () => {
    expect(logLoss([0.8, 0.3], [1, 0])).toBeCloseTo(-(Math.log(0.8) + Math.log(0.7)) / 2, 12);
    expect(brierScore([0.8, 0.3], [1, 0])).toBeCloseTo((0.04 + 0.09) / 2, 12);
    expect(meanResidual([0.8, 0.3], [1, 0])).toBeCloseTo(-0.05, 12);
  });

  it('stay finite for a forecast that was sure and wrong', () => {
    expect(logLoss([0], [1])).toBeCloseTo(-Math.log(1e-15), 6);
  });

  it('are least, among constant forecasts, at the observed rate', () => {
    fc.assert(
      fc.property(forecasts, fc.double({ min: 0, max: 1, noNaN: true }), ({ y }, other) => {
        const rate = y.reduce((a, b) => a + b, 0) / y.length;
        const constant = (p: number): number[] => y.map(() => p);
        expect(logLoss(constant(rate), y)).toBeLessThanOrEqual(logLoss(constant(other), y) + 1e-9);
        expect(brierScore(constant(rate), y)).toBeLessThanOrEqual(brierScore(constant(other), y) + 1e-12);
      }),
    );
  });

  it('refuse probabilities outside [0, 1] and no rows at all', () => {
    expect(() => logLoss([1.2], [1])).toThrow(expect.objectContaining({ slug: 'statistics/probability-out-of-range' }));
    expect(() => brierScore([], [])).toThrow(expect.objectContaining({ slug: 'statistics/no-rows' }));
  });
});

describe('calibration', () => {
  it('puts every row into exactly one bin and never parts equal forecasts', () => {
    fc.assert(
      fc.property(forecasts, fc.integer({ min: 1, max: 15 }), ({ p, y }, bins) => {
        const curve = calibrationCurve(p, y, bins);
        expect(curve.length).toBeLessThanOrEqual(bins);
        expect(curve.reduce((sum, bin) => sum + bin.count, 0)).toBe(p.length);
        curve.slice(1).forEach((bin, i) => expect(bin.low).toBeGreaterThan(curve[i]!.high));
        const positives = curve.reduce((sum, bin) => sum + bin.count * bin.observedRate, 0);
        expect(positives).toBeCloseTo(
          y.reduce((a, b) => a + b, 0),
          9,
        );
      }),
    );
  });

  it('has no error where every bin comes true as forecast, and the whole gap where none does', () => {
    expect(expectedCalibrationError([0.5, 0.5, 0, 1], [0, 1, 0, 1], 3)).toBe(0);
    expect(expectedCalibrationError([1, 1], [0, 0])).toBe(1);
    expect(errorOfCurve([])).toBe(0);
  });

  it('is never below the distance of the means', () => {
    fc.assert(
      fc.property(forecasts, ({ p, y }) => {
        expect(expectedCalibrationError(p, y)).toBeGreaterThanOrEqual(Math.abs(meanResidual(p, y)) - 1e-12);
      }),
    );
  });

  it('refuses a number of bins that makes no curve', () => {
    for (const bins of [0, 1.5, 1_001])
      expect(() => calibrationCurve([0.5], [1], bins)).toThrow(expect.objectContaining({ slug: 'statistics/bin-count' }));
  });
});
