import { getOperationAST, Kind, type DocumentNode, type GraphQLError, type GraphQLSchema } from 'graphql';
import type { GatewayPlugin } from '@graphql-hive/gateway-runtime';
import { toGraphError } from '#libs/graph';
import { Problem } from '#libs/problem';
import { operationCost } from './operation.cost.js';
import { operationShape, type OperationShape } from './operation.shape.js';

/** How large an operation may be. */
export interface OperationLimits {
  readonly maxTokens: number;
  readonly maxDepth: number;
  readonly maxAliases: number;
  readonly maxDirectives: number;
  readonly maxFields: number;
  /** Objects that one operation may load at most, page sizes multiplied out. */
  readonly maxCost: number;
}

interface Bound {
  readonly measure: keyof OperationShape;
  readonly limit: keyof OperationLimits;
  readonly slug: `gateway/${string}`;
}

const BOUNDS: readonly Bound[] = [
  { measure: 'depth', limit: 'maxDepth', slug: 'gateway/operation-too-deep' },
  { measure: 'aliases', limit: 'maxAliases', slug: 'gateway/too-many-aliases' },
  { measure: 'directives', limit: 'maxDirectives', slug: 'gateway/too-many-directives' },
  { measure: 'fields', limit: 'maxFields', slug: 'gateway/too-many-fields' },
];

function exceeded(slug: `gateway/${string}`, measure: string, value: number, limit: number): GraphQLError {
  const detail = `the operation's ${measure} is ${value}; at most ${limit} is answered`;
  const error = toGraphError(new Problem('too-large', slug, detail, { [measure]: value, limit }));
  Object.assign(error.extensions, { http: { spec: true, status: 400 } });
  return error;
}

function shapeFault(document: DocumentNode, limits: OperationLimits): GraphQLError | undefined {
  const shape = operationShape(document);
  const broken = BOUNDS.find(({ measure, limit }) => shape[measure] > limits[limit]);
  return broken && exceeded(broken.slug, broken.measure, shape[broken.measure], limits[broken.limit]);
}

interface Arguments {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operationName?: string | null | undefined;
  readonly variableValues?: unknown;
}

function costFault(
  { schema, document, operationName, variableValues }: Arguments,
  { maxCost }: OperationLimits,
): GraphQLError | undefined {
  const operation = getOperationAST(document, operationName);
  if (!operation) return undefined; // answered as such by the executor
  const definitions = document.definitions.filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION);
  const fragments = new Map(definitions.map((fragment) => [fragment.name.value, fragment]));
  const variables = (variableValues ?? {}) as Readonly<Record<string, unknown>>;
  const cost = operationCost({ schema, operation, fragments, variables });
  return cost > maxCost ? exceeded('gateway/operation-too-costly', 'cost', cost, maxCost) : undefined;
}

/**
 * Refuses operations that are too large before anything is asked of a service: tokens while parsing, shape before validation (which is
 * itself dear for a hostile document), cost before execution, where the variables with the page sizes are known.
 */
export function operationLimits(limits: OperationLimits): GatewayPlugin {
  return {
    onParse({ parseFn, setParseFn }) {
      setParseFn((source, options) => parseFn(source, { ...options, maxTokens: limits.maxTokens }));
    },
    onValidate({ params, setResult }) {
      const fault = shapeFault(params.documentAST, limits);
      if (fault) setResult([fault]);
    },
    onExecute({ args, setResultAndStopExecution }) {
      const fault = costFault(args, limits);
      if (fault) setResultAndStopExecution({ errors: [fault] });
    },
    onSubscribe({ args, setResultAndStopExecution }) {
      const fault = costFault(args, limits);
      if (fault) setResultAndStopExecution({ errors: [fault] });
    },
  };
}
