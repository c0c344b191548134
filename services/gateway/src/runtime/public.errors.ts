import { GraphQLError } from 'graphql';
import type { ExecutionResult } from '@graphql-tools/utils';
import { internalGraphError, toGraphError } from '#libs/graph';
import { Problem, PROBLEM_KINDS } from '#libs/problem';

const CODES: ReadonlySet<unknown> = new Set(PROBLEM_KINDS.map((kind) => kind.toUpperCase().replaceAll('-', '_')));

/** Codes of graphql-js, Yoga and Apollo for a document or variables that do not fit the graph. */
const INVALID_CODES: ReadonlySet<unknown> = new Set([
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'BAD_USER_INPUT',
  'BAD_REQUEST',
  'OPERATION_RESOLUTION_FAILURE',
]);

/** Told about each error that clients only see as `internal error`. */
export type ReportInternal = (error: unknown) => void;

/** "Did you mean …" tells a stranger what the graph holds. */
function withoutSuggestions(message: string): string {
  return message.replace(/ ?Did you mean [^?]*\?/g, '').replace(/^Syntax Error: /, '');
}

function problemOf(error: unknown): Problem | undefined {
  if (error instanceof Problem) return error;
  const original = (error as { originalError?: unknown } | null)?.originalError;
  return original === undefined ? undefined : problemOf(original);
}

function place(error: GraphQLError, shown: GraphQLError, extensions: Record<string, unknown>): GraphQLError {
  return new GraphQLError(shown.message, {
    nodes: error.nodes ?? null,
    source: error.source ?? null,
    positions: error.positions ?? null,
    path: error.path ?? null,
    extensions,
  });
}

function invalid(error: GraphQLError): GraphQLError {
  const shown = new GraphQLError(withoutSuggestions(error.message));
  // `spec`: a client that accepts plain JSON gets 200 with errors, one that accepts GraphQL responses gets the status (GraphQL over HTTP).
  const http = error.extensions['http'] ?? { spec: true, status: 400 };
  return place(error, shown, { code: 'INVALID', problem: 'gateway/operation-invalid', http });
}

/** What a client may see of an error: a code, a slug and facts of ours; a fault of the document; or nothing. */
export function publicError(error: unknown, report: ReportInternal): GraphQLError {
  const problem = problemOf(error);
  const graphError = error instanceof GraphQLError ? error : new GraphQLError('internal error');
  if (problem) return place(graphError, toGraphError(problem), { ...toGraphError(problem).extensions });
  const { code, problem: slug, facts, http } = graphError.extensions;
  if (CODES.has(code)) {
    const kept = Object.entries({ code, problem: slug, facts, http }).filter(([, value]) => value !== undefined);
    return place(graphError, graphError, Object.fromEntries(kept));
  }
  // graphql-js gives no code to variables that do not fit; such an error has no path, because nothing was executed.
  const original = graphError.originalError;
  const byGraphql = original === undefined || original instanceof GraphQLError;
  const ofTheDocument = code === undefined && byGraphql && graphError.path === undefined;
  if (error instanceof GraphQLError && (INVALID_CODES.has(code) || ofTheDocument)) return invalid(error);
  report(error);
  return place(graphError, internalGraphError(), { code: 'INTERNAL' });
}

/** The result with every error made public. */
export function publicResult(result: ExecutionResult, report: ReportInternal): ExecutionResult {
  if (!result.errors?.length) return result;
  return { ...result, errors: result.errors.map((error) => publicError(error, report)) };
}
