/** The closed set of failures that a caller can act on; every door maps each kind once. */
export const PROBLEM_KINDS = [
  'invalid',
  'unauthenticated',
  'forbidden',
  'not-found',
  'conflict',
  'too-large',
  'exhausted',
  'deadline',
  'cancelled',
  'unimplemented',
  'unavailable',
] as const;
export type ProblemKind = (typeof PROBLEM_KINDS)[number];

/** A fact a client may show or act on, next to the sentence. */
export type Facts = Readonly<Record<string, string | number | boolean | readonly string[]>>;

/** A failure the caller can act on. Anything else that is thrown is a bug and is answered as `internal`. */
export class Problem extends Error {
  override readonly name = 'Problem';

  /**
   * @param kind decides the transport's status
   * @param slug `<area>/<what>`, stable: it is part of the contract
   * @param detail one sentence for a person; never secrets or row values that are classified
   */
  constructor(
    readonly kind: ProblemKind,
    readonly slug: `${string}/${string}`,
    detail: string,
    readonly facts: Facts = {},
  ) {
    super(detail);
  }
}
