import { entryId, labelMaturity, sumOf, type LedgerEntry } from './value-ledger.js';

const entry = (change: Partial<LedgerEntry> = {}): LedgerEntry => {
  const base = { endpointId: 'ep_1', month: '2013-06-01', modelVersionId: 'mv_1', arm: 'champion', ...change };
  return {
    ...base,
    id: entryId(base),
    workspace: 'main',
    useCaseId: 'uc_1',
    decisions: 10,
    decisionsWithOutcome: 9,
    valueMinor: 1000n,
    missedMinor: 0n,
    currency: 'EUR',
    knownUntil: new Date(0),
    ...change,
  };
};
const cost = { minorUnits: 400n, currency: 'EUR' };

describe('the value ledger', () => {
  it('adds up what versions decided, and no baseline', () => {
    const entries = [
      entry(),
      entry({ arm: 'challenger', modelVersionId: 'mv_2', valueMinor: 200n }),
      entry({ month: '2013-07-01', valueMinor: -100n }),
      entry({ arm: 'baseline:always', modelVersionId: '', valueMinor: 99_999n }),
    ];
    expect(sumOf(entries, cost)).toEqual({
      realised: { minorUnits: 1100n, currency: 'EUR' },
      cost: { minorUnits: 800n, currency: 'EUR' },
      months: 2,
      roi: 0.375,
    });
  });

  it('knows no return before any value, nor without a cost', () => {
    expect(sumOf([], cost)).toMatchObject({ realised: null, roi: null, months: 0 });
    expect(sumOf([entry({ arm: 'baseline:never' })], cost).realised).toBeNull();
    expect(sumOf([entry()], { minorUnits: 0n, currency: 'EUR' }).roi).toBeNull();
  });

  it('says how many outcomes are known', () => {
    expect(labelMaturity(entry())).toBe(0.9);
    expect(labelMaturity(entry({ decisions: 0, decisionsWithOutcome: 0 }))).toBe(1);
  });
});
