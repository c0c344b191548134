import { GraphQLError } from 'graphql';
import type { ExecutionResult } from '@graphql-tools/utils';
import { toGraphError } from '#libs/graph';
import { Problem, type ProblemKind } from '#libs/problem';

/** The answer for a call to a subgraph that did not come about; the rest of the operation goes on without it. */
export function subgraphFailure(
  kind: ProblemKind,
  slug: `gateway/${string}` | 'identity/token-expired',
  detail: string,
  service: string,
): ExecutionResult {
  return { errors: [toGraphError(new Problem(kind, slug, detail, { service }))] };
}

export function subgraphUnavailable(service: string): ExecutionResult {
  return subgraphFailure('unavailable', 'gateway/service-unavailable', `the service ${service} does not answer`, service);
}

/** Errors of a subgraph as they came over the wire, made errors again. */
export function revived(errors: readonly unknown[] | undefined): readonly GraphQLError[] | undefined {
  return errors?.map((error) => {
    const { message, path, extensions } = (error ?? {}) as Readonly<Record<string, unknown>>;
    return new GraphQLError(typeof message === 'string' ? message : 'a service failed', {
      path: Array.isArray(path) ? (path as (string | number)[]) : null,
      extensions: (typeof extensions === 'object' ? extensions : null) as Record<string, unknown> | null,
    });
  });
}
