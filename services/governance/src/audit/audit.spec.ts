import fc from 'fast-check';
import { digestOf } from '#libs/storage';
import { chain, CHAIN_START, firstBreak, type AuditFact, type AuditRecord } from './audit.js';

const fact = (n: number): AuditFact => ({
  id: `au_${n}`,
  workspace: 'main',
  service: 'registry',
  actor: 'person:ana',
  actedAs: 'ml-engineer',
  action: 'approve-promotion',
  subjectKind: 'promotion',
  subjectId: `pro_${n}`,
  reason: '',
  beforeDigest: '',
  afterDigest: '',
  actedAt: new Date(n * 1000),
});
const made = (count: number): AuditRecord[] => [
  ...chain(
    Array.from({ length: count }, (_, n) => fact(n)),
    CHAIN_START,
    digestOf,
  ),
];

describe('the audit chain', () => {
  it('is whole as it was made, in one piece or in several', () => {
    const records = made(5);
    expect(records.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4, 5]);
    expect(firstBreak(records, CHAIN_START, digestOf)).toBeNull();
    expect(chain([fact(5)], records.at(-1)!, digestOf)[0]).toMatchObject({ sequence: 6, previousHash: records[4]!.hash });
  });

  it('names the record of which any field was altered', () => {
    const fields = [
      'id',
      'service',
      'actor',
      'actedAs',
      'action',
      'subjectKind',
      'subjectId',
      'reason',
      'afterDigest',
      'hash',
      'previousHash',
    ] as const;
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 6 }), fc.constantFrom(...fields), (at, field) => {
        const records = made(7);
        records[at] = { ...records[at]!, [field]: `${records[at]![field]}x` };
        expect(firstBreak(records, CHAIN_START, digestOf)).toBe(at + 1);
      }),
    );
  });

  it('names the place of a record that was removed, put in between or moved', () => {
    const records = made(6);
    expect(firstBreak(records.toSpliced(3, 1), CHAIN_START, digestOf)).toBe(4);
    expect(firstBreak(records.toSpliced(3, 0, { ...records[3]! }), CHAIN_START, digestOf)).toBe(5);
    expect(firstBreak([...records.slice(0, 2), records[3]!, records[2]!], CHAIN_START, digestOf)).toBe(3);
  });

  it('cannot be mended by recomputing one hash: the next one names the change before it', () => {
    const records = made(4);
    const forged = chain([{ ...fact(1), actor: 'person:eve' }], records[0]!, digestOf)[0]!;
    expect(firstBreak(records.with(1, forged), CHAIN_START, digestOf)).toBe(3);
  });
});
