import fc from 'fast-check';
import { Problem } from '#libs/problem';
import { calibrate, fitIsotonic, fitPlatt, type HeldOut } from './index.js';

const row = fc.record({ score: fc.float({ min: -8, max: 8, noNaN: true }), label: fc.constantFrom(0, 1) });
const heldOut = fc
  .array(row, { minLength: 2, maxLength: 200 })
  .filter((rows) => new Set(rows.map(({ label }) => label)).size === 2)
  .map((rows): HeldOut => ({ scores: rows.map(({ score }) => score), labels: rows.map(({ label }) => label) }));

/** Scores whose true log-odds are 0.5 · score − 1. */
function overconfident(count: number): HeldOut {
  const scores = Array.from({ length: count }, (_, i) => ((i * 0.618034) % 1) * 8 - 4);
  const labels = scores.map((score, i) => ((i * 0.7548777) % 1 < 1 / (1 + Math.exp(1 - 0.5 * score)) ? 1 : 0));
  return { scores, labels };
}

describe('isotonic regression', () => {
  it('never falls where the score grows, and is never certain', () => {
    fc.assert(
      fc.property(heldOut, fc.float({ noNaN: true }), fc.float({ noNaN: true }), (rows, a, b) => {
        const curve = fitIsotonic(rows);
        const [low, high] = [calibrate(curve, Math.min(a, b)), calibrate(curve, Math.max(a, b))];
        expect(low).toBeLessThanOrEqual(high + 1e-12);
        expect(low).toBeGreaterThan(0);
        expect(high).toBeLessThan(1);
      }),
    );
  });

  it('does not depend on the order of the rows', () => {
    fc.assert(
      fc.property(heldOut, (rows) => {
        const back = { scores: Array.from(rows.scores).reverse(), labels: Array.from(rows.labels).reverse() };
        const [one, other] = [fitIsotonic(rows), fitIsotonic(back)];
        expect(other.probabilities).toEqual(one.probabilities);
        one.scores.forEach((score, i) => expect(other.scores[i]).toBeCloseTo(score, 9));
      }),
    );
  });

  it('keeps rows that are in order, and pools rows that are not', () => {
    const curve = fitIsotonic({ scores: [-2, -1, -1, 0, 1, 2], labels: [0, 1, 0, 0, 1, 1] });
    expect(curve.scores).toEqual([-2, -2 / 3, 1.5]);
    expect(curve.probabilities).toEqual([0.25, 1 / 3, 1 - 0.5 / 3]);
  });
});

describe('Platt scaling', () => {
  it('finds the curve that made the rows', () => {
    const { slope, intercept } = fitPlatt(overconfident(20_000));
    expect(slope).toBeCloseTo(0.5, 1);
    expect(intercept).toBeCloseTo(-1, 1);
  });

  it('leaves no residual in the mean or along the score', () => {
    const rows = overconfident(5_000);
    const curve = fitPlatt(rows);
    const residuals = Array.from(rows.scores, (score, i) => calibrate(curve, score) - rows.labels[i]!);
    expect(Math.abs(residuals.reduce((sum, r) => sum + r, 0) / 5_000)).toBeLessThan(1e-3);
    expect(Math.abs(residuals.reduce((sum, r, i) => sum + r * rows.scores[i]!, 0) / 5_000)).toBeLessThan(2e-3);
  });

  it('ends with finite numbers on any rows, separable ones and rows of one score included', () => {
    fc.assert(
      fc.property(heldOut, (rows) => {
        const { slope, intercept } = fitPlatt(rows);
        expect(Number.isFinite(slope) && Number.isFinite(intercept)).toBe(true);
      }),
    );
    expect(Number.isFinite(fitPlatt({ scores: [-1, -1, 3, 3], labels: [0, 0, 1, 1] }).slope)).toBe(true);
    expect(Number.isFinite(fitPlatt({ scores: [1, 1, 1], labels: [0, 1, 1] }).slope)).toBe(true);
  });
});

it.each([
  ['of one outcome', { scores: [1, 2], labels: [1, 1] }],
  ['with a score that is not finite', { scores: [1, NaN], labels: [0, 1] }],
  ['of two lengths', { scores: [1], labels: [0, 1] }],
])('rows %s are refused', (_, rows) => {
  expect(() => fitIsotonic(rows)).toThrow(Problem);
  expect(() => fitPlatt(rows)).toThrow(Problem);
});
