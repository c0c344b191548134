import { categoryColumn } from './rows.js';
import { applyTargetRates, fitTargetRates } from './target-rate.js';

describe('target rates', () => {
  const column = categoryColumn('carrier', ['AA', 'AA', 'B6', null, '', 'B6', 'B6', 'AA']);
  const labels = Uint8Array.of(1, 0, 1, 1, 0, 1, 1, 0);
  const feature = fitTargetRates(column, labels, 20);

  it('are the level’s events over its rows, smoothed with rows of the mean', () => {
    const prior = 5 / 8;
    expect(feature.prior).toBeCloseTo(prior, 6);
    expect(feature.levels).toEqual(['', 'AA', 'B6']);
    [(1 + 20 * prior) / 22, (1 + 20 * prior) / 23, (3 + 20 * prior) / 23].forEach((rate, i) =>
      expect(feature.rates[i]).toBeCloseTo(rate, 6),
    );
  });

  it('take the prior for a level that was never seen, and one rate for null and the empty text', () => {
    const target = new Float32Array(4);
    applyTargetRates(feature, categoryColumn('carrier', ['UA', null, '', 'B6']), target);
    expect(Array.from(target)).toEqual([feature.prior, feature.rates[0], feature.rates[0], feature.rates[2]]);
  });
});
