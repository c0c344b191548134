/** A change or a confidential read, as the service in which it happened told it. */
export interface AuditFact {
  readonly id: string;
  readonly workspace: string;
  /** Where it happened. */
  readonly service: string;
  readonly actor: string;
  readonly actedAs: string;
  readonly action: string;
  readonly subjectKind: string;
  readonly subjectId: string;
  readonly reason: string;
  readonly beforeDigest: string;
  readonly afterDigest: string;
  readonly actedAt: Date;
}

/** A fact in the chain: its hash covers its content, its number and the hash before it. */
export interface AuditRecord extends AuditFact {
  /** From 1, without gaps, in each workspace. */
  readonly sequence: number;
  readonly previousHash: string;
  readonly hash: string;
}

/** The end of a workspace's chain. */
export interface AuditHead {
  readonly sequence: number;
  readonly hash: string;
}

export interface AuditVerification {
  readonly records: number;
  readonly whole: boolean;
  /** The first altered or missing record; null where the chain is whole. */
  readonly brokenAt: number | null;
}

/** SHA-256 over canonical JSON, lower-case hexadecimal. */
export type HashOf = (content: object) => string;

/** What stands before the first record. */
export const CHAIN_START: AuditHead = { sequence: 0, hash: '' };

function link(fact: AuditFact, { sequence, hash }: AuditHead, hashOf: HashOf): AuditRecord {
  const content = { ...fact, sequence: sequence + 1, previousHash: hash };
  return { ...content, hash: hashOf({ ...content, actedAt: fact.actedAt.toISOString() }) };
}

/** Chains facts, in order, behind the head. */
export function chain(facts: readonly AuditFact[], head: AuditHead, hashOf: HashOf): readonly AuditRecord[] {
  const records: AuditRecord[] = [];
  for (const fact of facts) records.push(link(fact, records.at(-1) ?? head, hashOf));
  return records;
}

/** The number of the first of these records that does not continue the chain from `head`; null where all do. */
export function firstBreak(records: readonly AuditRecord[], head: AuditHead, hashOf: HashOf): number | null {
  let before = head;
  for (const { sequence, previousHash, hash, ...fact } of records) {
    const expected = link(fact, before, hashOf);
    if (sequence !== expected.sequence) return expected.sequence;
    if (previousHash !== before.hash || hash !== expected.hash) return sequence;
    before = { sequence, hash };
  }
  return null;
}
