import { GraphQLError } from 'graphql';
import { type Problem } from '#libs/problem';

/** A Problem as clients see it: `extensions.code` is the kind in upper snake case, `extensions.problem` the slug. */
export function toGraphError(problem: Problem): GraphQLError {
  const code = problem.kind.toUpperCase().replaceAll('-', '_');
  return new GraphQLError(problem.message, { extensions: { code, problem: problem.slug, facts: problem.facts } });
}

/** A bug as clients see it: no detail, which stays in the log. */
export function internalGraphError(): GraphQLError {
  return new GraphQLError('internal error', { extensions: { code: 'INTERNAL' } });
}
