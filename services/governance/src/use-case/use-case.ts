import { Problem } from '#libs/problem';
import type { Money } from '#libs/value';

export const RISK_CLASSES = ['minimal', 'limited', 'high', 'prohibited'] as const;
export type RiskClass = (typeof RISK_CLASSES)[number];

/** The six roles that a use case needs; the executive is its sponsor (CIO or CTO). */
export const USE_CASE_ROLES = [
  'business-owner',
  'executive',
  'data-engineer',
  'data-analyst',
  'data-scientist',
  'ml-engineer',
] as const;
export type UseCaseRole = (typeof USE_CASE_ROLES)[number];

export interface RoleAssignment {
  readonly role: UseCaseRole;
  /** Id of the person. */
  readonly person: string;
}

/** A decision that the company wants to make better, and what it is about. */
export interface UseCase {
  readonly id: string;
  readonly workspace: string;
  readonly name: string;
  /** The decision, in words. */
  readonly decision: string;
  readonly positiveClass: string;
  /** The Business Owner: accountable for the value. */
  readonly owner: string;
  readonly riskClass: RiskClass;
  readonly riskReviewedBy: string;
  readonly riskReviewedAt: Date;
  /** Decisions a month. */
  readonly monthlyVolume: number;
  readonly monthlyCost: Money;
  readonly kpi: string;
  readonly roles: readonly RoleAssignment[];
  readonly createdAt: Date;
}

/** What a Business Owner states to open one. */
export interface UseCaseDraft {
  readonly name: string;
  readonly decision: string;
  readonly positiveClass: string;
  readonly riskClass: RiskClass;
  readonly monthlyVolume: number;
  readonly monthlyCost: Money;
  readonly kpi: string;
  readonly roles: readonly { readonly role: string; readonly person: string }[];
}

const NAME = /^[a-z][a-z0-9-]{0,62}$/;
const MAX_TEXT = 2_000;
const MAX_PERSON = 200;

function checkText(what: string, text: string): void {
  if (text.trim().length >= 3 && text.length <= MAX_TEXT) return;
  throw new Problem('invalid', 'governance/text', `${what} is said in words, at most ${MAX_TEXT} characters`, { field: what });
}

function asRole(role: string): UseCaseRole {
  const known = USE_CASE_ROLES.find((name) => name === role);
  if (known) return known;
  throw new Problem('invalid', 'governance/role', `a use case has no role ${role.slice(0, 60)}`, { roles: [...USE_CASE_ROLES] });
}

function checkPerson(person: string): string {
  if (person.trim() !== '' && person.length <= MAX_PERSON) return person;
  throw new Problem('invalid', 'governance/person', 'a role is filled by a person');
}

function checkRoles(drafted: UseCaseDraft['roles']): readonly RoleAssignment[] {
  const roles = drafted.map(({ role, person }) => ({ role: asRole(role), person: checkPerson(person) }));
  if (new Set(roles.map(({ role }) => role)).size !== roles.length) {
    throw new Problem('invalid', 'governance/role-twice', 'each role is filled by one person');
  }
  return roles;
}

/** Opens a use case: whoever opens it owns it, unless the draft names another Business Owner. */
export function openUseCase(draft: UseCaseDraft, by: string, id: string, workspace: string, now: Date): UseCase {
  if (!NAME.test(draft.name)) {
    throw new Problem('invalid', 'governance/use-case-name', 'a name is lower case, digits and dashes, at most 63 characters');
  }
  for (const what of ['decision', 'positiveClass', 'kpi'] as const) checkText(what, draft[what]);
  if (!Number.isSafeInteger(draft.monthlyVolume) || draft.monthlyVolume <= 0) {
    throw new Problem('invalid', 'governance/volume', 'the monthly volume is a number of decisions above zero');
  }
  if (draft.monthlyCost.minorUnits < 0n) throw new Problem('invalid', 'governance/cost', 'a cost is not negative');
  const named = checkRoles(draft.roles);
  const owner = named.find(({ role }) => role === 'business-owner')?.person ?? by;
  const roles = named.some(({ role }) => role === 'business-owner')
    ? named
    : [...named, { role: 'business-owner' as const, person: owner }];
  return { ...draft, id, workspace, roles, owner, riskReviewedBy: by, riskReviewedAt: now, createdAt: now };
}

/** Puts a person into a role; the owner follows the role of Business Owner. */
export function assignRole(useCase: UseCase, role: string, person: string): UseCase {
  const assigned = { role: asRole(role), person: checkPerson(person) };
  const roles = [...useCase.roles.filter((other) => other.role !== assigned.role), assigned];
  return { ...useCase, roles, owner: assigned.role === 'business-owner' ? person : useCase.owner };
}

/** States the risk class again, or anew: a class that nobody has looked at for a year is no class. */
export function reviewRisk(useCase: UseCase, riskClass: RiskClass, by: string, now: Date): UseCase {
  return { ...useCase, riskClass, riskReviewedBy: by, riskReviewedAt: now };
}

/** Who fills the role; undefined while nobody does. */
export function personIn(useCase: UseCase, role: string): string | undefined {
  return useCase.roles.find((assignment) => assignment.role === role)?.person;
}

/** A prohibited practice (AI Act, article 5) is recorded as such and goes no further. */
export function refuseProhibited({ id, riskClass }: UseCase): void {
  if (riskClass !== 'prohibited') return;
  throw new Problem('forbidden', 'governance/prohibited', 'the use case is classified as prohibited: it goes no further', { id });
}
