import { Problem, type ProblemKind } from '#libs/problem';

/** What a constraint's refusal means to the caller, by the constraint's name: `{ model_name_unique: () => new Problem(…) }`. */
export type Conflicts = Readonly<Record<string, () => Problem>>;

interface Refusal {
  readonly kind: ProblemKind;
  readonly slug: `database/${string}`;
  readonly detail: string;
}

/** Failures of PostgreSQL that are not our bugs, by SQLSTATE (appendix A of its manual) or by Node's code for the socket. */
const REFUSALS: Readonly<Record<string, Refusal>> = {
  '23505': { kind: 'conflict', slug: 'database/duplicate', detail: 'a record with this key exists already' },
  '23503': {
    kind: 'conflict',
    slug: 'database/reference',
    detail: 'a record that this one refers to is absent, or still refers to it',
  },
  '40001': { kind: 'unavailable', slug: 'database/contention', detail: 'other changes were made to the same records: try again' },
  '40P01': { kind: 'unavailable', slug: 'database/contention', detail: 'other changes were made to the same records: try again' },
  '55P03': {
    kind: 'unavailable',
    slug: 'database/contention',
    detail: 'the records are being changed by somebody else: try again',
  },
  '57014': { kind: 'deadline', slug: 'database/statement-timeout', detail: 'the database took too long to answer' },
  '25P04': { kind: 'deadline', slug: 'database/transaction-timeout', detail: 'the change took too long and was undone' },
  '53300': { kind: 'unavailable', slug: 'database/connections', detail: 'the database has no connection left: try again' },
  '57P01': { kind: 'unavailable', slug: 'database/down', detail: 'the database is stopping' },
  '57P03': { kind: 'unavailable', slug: 'database/down', detail: 'the database is starting' },
  ECONNREFUSED: { kind: 'unavailable', slug: 'database/down', detail: 'the database cannot be reached' },
  ECONNRESET: { kind: 'unavailable', slug: 'database/down', detail: 'the connection to the database was lost' },
};

/**
 * Turns a failure of the database that the caller can act on into a `Problem`; anything else is returned as it came. The server's
 * own text is never passed on: it quotes values of rows.
 */
export function databaseProblem(error: unknown, conflicts: Conflicts = {}): unknown {
  if (error instanceof Problem || !(error instanceof Error)) return error;
  const { code = '', constraint = '' } = driverFacts(error);
  const named = conflicts[constraint];
  if (named) return named();
  const refusal = REFUSALS[code];
  if (!refusal) return error;
  return new Problem(refusal.kind, refusal.slug, refusal.detail, constraint === '' ? {} : { constraint });
}

/** TypeORM wraps the driver's error and copies its fields; errors of the pool come bare. */
function driverFacts(error: Error): { readonly code?: string; readonly constraint?: string } {
  return ((error as { driverError?: object }).driverError ?? error) as { code?: string; constraint?: string };
}
