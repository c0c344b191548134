import { Metadata, status, type ServiceError } from '@grpc/grpc-js';
import { PROBLEM_KINDS, Problem, type ProblemKind } from '#libs/problem';

const STATUS: Readonly<Record<ProblemKind, status>> = {
  invalid: status.INVALID_ARGUMENT,
  unauthenticated: status.UNAUTHENTICATED,
  forbidden: status.PERMISSION_DENIED,
  'not-found': status.NOT_FOUND,
  conflict: status.FAILED_PRECONDITION,
  'too-large': status.OUT_OF_RANGE,
  exhausted: status.RESOURCE_EXHAUSTED,
  deadline: status.DEADLINE_EXCEEDED,
  cancelled: status.CANCELLED,
  unimplemented: status.UNIMPLEMENTED,
  unavailable: status.UNAVAILABLE,
};
const SLUG = 'problem-type';

/** A Problem as a gRPC error: status by kind, the slug in metadata `problem-type`. Anything else is `internal`, without its text. */
export function toServiceError(error: unknown): Pick<ServiceError, 'code' | 'details' | 'metadata'> {
  const metadata = new Metadata();
  if (!(error instanceof Problem)) return { code: status.INTERNAL, details: 'internal error', metadata };
  metadata.set(SLUG, error.slug);
  return { code: STATUS[error.kind], details: error.message, metadata };
}

/** A gRPC error as the Problem it was; a transport's own failure becomes `grpc/<status>`. INTERNAL stays what it is: a bug over there. */
export function fromServiceError(error: ServiceError, peer: string): Error {
  const kind = PROBLEM_KINDS.find((candidate) => STATUS[candidate] === error.code);
  if (!kind) return new Error(`${peer} failed: ${status[error.code]} ${error.details}`, { cause: error });
  const slug = error.metadata.get(SLUG)[0];
  return new Problem(
    kind,
    typeof slug === 'string' && slug.includes('/') ? (slug as `${string}/${string}`) : `grpc/${kind}`,
    error.details,
    { peer },
  );
}
