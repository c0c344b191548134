import { assignRole, openUseCase, refuseProhibited, type UseCaseDraft } from './use-case.js';

const now = new Date('2026-11-23T12:00:00Z');
const draft: UseCaseDraft = {
  name: 'protect-connections',
  decision: 'protect the connections or not',
  positiveClass: 'the flight arrives late',
  riskClass: 'limited',
  monthlyVolume: 28_000,
  monthlyCost: { minorUnits: 650_000n, currency: 'EUR' },
  kpi: 'euros a month',
  roles: [{ role: 'data-scientist', person: 'person:ds' }],
};
const open = (change: Partial<UseCaseDraft> = {}) => openUseCase({ ...draft, ...change }, 'person:bo', 'uc_1', 'main', now);

describe('a use case', () => {
  it('belongs to whoever opens it, unless another Business Owner is named', () => {
    expect(open().owner).toBe('person:bo');
    expect(open().roles).toContainEqual({ role: 'business-owner', person: 'person:bo' });
    const other = open({ roles: [{ role: 'business-owner', person: 'person:other' }] });
    expect(other.owner).toBe('person:other');
    expect(other.roles).toHaveLength(1);
  });

  it.each([
    ['governance/use-case-name', { name: 'Protect Connections' }],
    ['governance/text', { decision: ' ' }],
    ['governance/volume', { monthlyVolume: 0 }],
    ['governance/cost', { monthlyCost: { minorUnits: -1n, currency: 'EUR' } }],
    ['governance/role', { roles: [{ role: 'hero', person: 'x' }] }],
    ['governance/person', { roles: [{ role: 'executive', person: ' ' }] }],
    [
      'governance/role-twice',
      {
        roles: [
          { role: 'executive', person: 'a' },
          { role: 'executive', person: 'b' },
        ],
      },
    ],
  ])('is refused with %s where its words do not say it', (slug, change) => {
    expect(() => open(change)).toThrow(expect.objectContaining({ slug }));
  });

  it('changes its owner with the role, and fills each role once', () => {
    const changed = assignRole(assignRole(open(), 'data-scientist', 'person:new'), 'business-owner', 'person:heir');
    expect(changed.owner).toBe('person:heir');
    expect(changed.roles).toEqual([
      { role: 'data-scientist', person: 'person:new' },
      { role: 'business-owner', person: 'person:heir' },
    ]);
  });

  it('goes no further where it is prohibited', () => {
    expect(() => refuseProhibited(open({ riskClass: 'prohibited' }))).toThrow(
      expect.objectContaining({ slug: 'governance/prohibited' }),
    );
    expect(() => refuseProhibited(open())).not.toThrow();
  });
});
