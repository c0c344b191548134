import { Problem } from '#libs/problem';
import { breakEvenProbability, type Money, type Payoffs } from '#libs/value';
import { personIn, type UseCase } from '../use-case/use-case.js';

/** Policies that every version is compared with. */
export const BASELINES = ['never', 'always', 'rule'] as const;

/** What both sides sign: everything that decides what "good" means. A copy, so that the signed words cannot change later. */
export interface Terms {
  readonly decision: string;
  readonly positiveClass: string;
  readonly payoffs: Payoffs;
  readonly monthlyVolume: number;
  readonly monthlyCost: Money;
  readonly kpi: string;
  readonly baselines: readonly string[];
}

export const SIDES = ['business', 'science'] as const;
export type Side = (typeof SIDES)[number];

const SIDE_ROLES: Readonly<Record<Side, readonly string[]>> = {
  business: ['business-owner'],
  science: ['data-scientist', 'ml-engineer'],
};

export interface Signature {
  readonly side: Side;
  readonly person: string;
  readonly role: string;
  readonly signedAt: Date;
  readonly contentHash: string;
}

/** One revision of what performance means for a use case, in money. */
export interface MetricContract {
  readonly id: string;
  readonly workspace: string;
  readonly useCaseId: string;
  readonly revision: number;
  readonly terms: Terms;
  /** Of use case, revision and terms. */
  readonly contentHash: string;
  readonly proposedBy: string;
  readonly proposedAt: Date;
  readonly signatures: readonly Signature[];
  /** When the second side signed; null before. */
  readonly signedAt: Date | null;
}

export interface Signer {
  readonly id: string;
  readonly roles: readonly string[];
}

/**
 * The terms of a new revision.
 * @throws Problem `value/nothing-to-decide` where acting never pays, or always does
 */
export function termsOf(useCase: UseCase, payoffs: Payoffs): Terms {
  breakEvenProbability(payoffs);
  if (payoffs.currency !== useCase.monthlyCost.currency) {
    throw new Problem('invalid', 'governance/currency', 'payoffs and cost of a use case share one currency', {
      payoffs: payoffs.currency,
      cost: useCase.monthlyCost.currency,
    });
  }
  const { decision, positiveClass, monthlyVolume, monthlyCost, kpi } = useCase;
  return { decision, positiveClass, payoffs, monthlyVolume, monthlyCost, kpi, baselines: BASELINES };
}

/** What the content hash is taken of. */
export function signedContent({ useCaseId, revision, terms }: Pick<MetricContract, 'useCaseId' | 'revision' | 'terms'>): object {
  return { useCaseId, revision, terms };
}

/** The side for which the signer may sign, and in which role: where the use case names a person, only that one. */
function place(contract: MetricContract, useCase: UseCase, signer: Signer): { readonly side: Side; readonly role: string } {
  const mayAct = (role: string): boolean => signer.roles.includes(role) && (personIn(useCase, role) ?? signer.id) === signer.id;
  const open = SIDES.filter((side) => !contract.signatures.some((signature) => signature.side === side));
  for (const side of open) {
    const role = SIDE_ROLES[side].find(mayAct);
    if (role) return { side, role };
  }
  const facts = { id: contract.id, open: [...open] };
  if (open.some((side) => SIDE_ROLES[side].some((role) => signer.roles.includes(role)))) {
    throw new Problem('forbidden', 'governance/not-assigned', `${signer.id} does not hold that role in this use case`, facts);
  }
  throw new Problem('conflict', 'governance/side-signed', 'the side of the signer has signed already', facts);
}

/**
 * Signs what the signer has seen. Two persons sign, one of each side; nobody signs twice, whatever roles they hold.
 * @param newestRevision of the use case: an older one is not worth a signature any more
 */
export function sign(
  contract: MetricContract,
  useCase: UseCase,
  newestRevision: number,
  signer: Signer,
  seenHash: string,
  now: Date,
): MetricContract {
  const facts = { id: contract.id, revision: contract.revision };
  if (contract.revision !== newestRevision) {
    throw new Problem('conflict', 'governance/superseded', `revision ${newestRevision} has taken its place`, facts);
  }
  if (seenHash !== contract.contentHash) {
    throw new Problem('conflict', 'governance/other-content', 'the hash is not of the content that would be signed', facts);
  }
  if (contract.signatures.some(({ person }) => person === signer.id)) {
    throw new Problem('forbidden', 'governance/four-eyes', `${signer.id} has signed; the other side is another person`, facts);
  }
  const { side, role } = place(contract, useCase, signer);
  const signatures = [...contract.signatures, { side, role, person: signer.id, signedAt: now, contentHash: seenHash }];
  return { ...contract, signatures, signedAt: signatures.length === SIDES.length ? now : null };
}
