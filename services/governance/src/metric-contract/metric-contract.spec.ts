import type { Payoffs } from '#libs/value';
import { openUseCase, type UseCase } from '../use-case/use-case.js';
import { sign, termsOf, type MetricContract, type Signer } from './metric-contract.js';

const now = new Date('2026-11-23T12:00:00Z');
const payoffs: Payoffs = { truePositive: 6000n, falsePositive: -2500n, trueNegative: 0n, falseNegative: 0n, currency: 'EUR' };
const useCase = (roles: UseCase['roles'] = []): UseCase =>
  openUseCase(
    {
      name: 'late',
      decision: 'protect or not',
      positiveClass: 'late',
      riskClass: 'limited',
      monthlyVolume: 100,
      monthlyCost: { minorUnits: 1n, currency: 'EUR' },
      kpi: 'euros',
      roles,
    },
    'bo',
    'uc_1',
    'main',
    now,
  );
const contract: MetricContract = {
  id: 'mc_1',
  workspace: 'main',
  useCaseId: 'uc_1',
  revision: 2,
  terms: termsOf(useCase(), payoffs),
  contentHash: 'abc',
  proposedBy: 'bo',
  proposedAt: now,
  signatures: [],
  signedAt: null,
};
const owner: Signer = { id: 'bo', roles: ['business-owner'] };
const scientist: Signer = { id: 'ds', roles: ['data-scientist'] };
const put = (by: Signer, on = contract, given = useCase(), hash = 'abc', newest = 2) => sign(on, given, newest, by, hash, now);
const refusal = (slug: string) => expect.objectContaining({ slug });

describe('a metric contract', () => {
  it('is signed when both sides have signed it, in either order', () => {
    const half = put(scientist);
    expect(half.signedAt).toBeNull();
    const whole = put(owner, half);
    expect(whole.signedAt).toEqual(now);
    expect(whole.signatures.map(({ side, role, person }) => [side, role, person])).toEqual([
      ['science', 'data-scientist', 'ds'],
      ['business', 'business-owner', 'bo'],
    ]);
    expect(put({ id: 'ml', roles: ['ml-engineer'] }, put(owner)).signedAt).toEqual(now);
  });

  it('is not signed twice by one person, whatever roles they hold', () => {
    const both: Signer = { id: 'bo', roles: ['business-owner', 'data-scientist', 'ml-engineer'] };
    expect(() => put(both, put(both))).toThrow(refusal('governance/four-eyes'));
  });

  it('takes one signature a side', () => {
    expect(() => put({ id: 'ml', roles: ['ml-engineer'] }, put(scientist))).toThrow(refusal('governance/side-signed'));
  });

  it('is signed by the person whom the use case names for the role, where it names one', () => {
    const named = useCase([{ role: 'data-scientist', person: 'ds' }]);
    expect(() => put({ id: 'other', roles: ['data-scientist'] }, contract, named)).toThrow(refusal('governance/not-assigned'));
    expect(put(scientist, contract, named).signatures).toHaveLength(1);
    expect(() => put({ id: 'other', roles: ['business-owner'] })).toThrow(refusal('governance/not-assigned'));
  });

  it('is refused where the signer saw other content, or a newer revision stands', () => {
    expect(() => put(owner, contract, useCase(), 'abd')).toThrow(refusal('governance/other-content'));
    expect(() => put(owner, contract, useCase(), 'abc', 3)).toThrow(refusal('governance/superseded'));
  });

  it('is not drawn up where there is nothing to decide, or where currencies differ', () => {
    expect(() => termsOf(useCase(), { ...payoffs, truePositive: 0n })).toThrow(refusal('value/nothing-to-decide'));
    expect(() => termsOf(useCase(), { ...payoffs, currency: 'USD' })).toThrow(refusal('governance/currency'));
  });
});
