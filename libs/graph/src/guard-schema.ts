import {
  defaultFieldResolver,
  GraphQLError,
  isObjectType,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql';
import { parsePermission, permits, type Permission } from '#libs/identity';
import { Problem } from '#libs/problem';
import type { GraphContext } from './graph-context.js';
import { internalGraphError, toGraphError } from './graph-error.js';

interface Directed {
  readonly astNode?: { readonly directives?: readonly unknown[] } | null | undefined;
}
interface AllowNode {
  readonly name: { readonly value: string };
  readonly arguments?: readonly { readonly value: unknown }[];
}
type Resolve = (...args: unknown[]) => unknown;
export type Report = (error: unknown, where: string) => void;

function directives(element: Directed): readonly AllowNode[] {
  return (element.astNode?.directives ?? []) as readonly AllowNode[];
}

function statedPermission(element: Directed): Permission | undefined {
  const list = directives(element).find((directive) => directive.name.value === 'allow')?.arguments?.[0]?.value as
    { values?: readonly { value: string }[] } | undefined;
  return list?.values ? parsePermission(list.values.map((name) => name.value)) : undefined;
}

function require(element: Directed, where: string): Permission {
  const permission = statedPermission(element);
  if (!permission)
    throw new Problem(
      'invalid',
      'graph/no-permission',
      `${where} states no @allow, so nobody may use it; the graph does not start`,
    );
  return permission;
}

function check(permission: Permission, context: GraphContext, where: string): void {
  if (!context.viewer) throw new Problem('unauthenticated', 'identity/token-missing', 'no token was sent');
  if (!permits(context.viewer, permission))
    throw new Problem('forbidden', 'identity/not-permitted', `${context.viewer.id} may not use ${where}`, { field: where });
}

function present(error: unknown, where: string, report: Report): GraphQLError {
  if (error instanceof GraphQLError) return error;
  if (error instanceof Problem) return toGraphError(error);
  report(error, where);
  return internalGraphError();
}

/** Wraps a resolver: permission first, then the work; what fails becomes a graph error with a stable code. */
function guarded(resolve: Resolve, contextAt: number, where: string, report: Report, permission?: Permission): Resolve {
  return async function (this: unknown, ...args) {
    try {
      if (permission) check(permission, args[contextAt] as GraphContext, where);
      return await resolve.apply(this, args);
    } catch (error) {
      throw present(error, where, report);
    }
  };
}

function guardField(field: GraphQLField<unknown, unknown>, where: string, report: Report, permission?: Permission): void {
  if (permission && !field.resolve && !field.subscribe)
    throw new Problem('invalid', 'graph/no-resolver', `${where} has no resolver`);
  if (field.subscribe) field.subscribe = guarded(field.subscribe as Resolve, 2, where, report, permission);
  if (field.resolve)
    field.resolve = guarded(
      field.resolve as Resolve,
      2,
      where,
      report,
      field.subscribe ? undefined : permission,
    ) as typeof field.resolve;
}

interface Referencing {
  apollo?: { subgraph?: { resolveReference?: Resolve } };
}

function guardReference(type: GraphQLObjectType, report: Report): void {
  const subgraph = (type.extensions as Referencing).apollo?.subgraph;
  if (!subgraph?.resolveReference) return;
  subgraph.resolveReference = guarded(subgraph.resolveReference, 1, type.name, report, require(type, type.name));
}

/**
 * Closes a subgraph by default: each field of Query, Mutation and Subscription and each entity that can be looked up by reference
 * must state `@allow(to: […])`, or the service does not start; whoever is not named is refused before the resolver runs. Any other
 * field may state one too, and is closed to whoever it does not name.
 */
export function guardSchema(schema: GraphQLSchema, report: Report): GraphQLSchema {
  const roots = new Set([schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()]);
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__') || type.name === '_Service') continue;
    for (const field of Object.values(type.getFields())) {
      const where = `${type.name}.${field.name}`;
      const federation = field.name === '_entities' || field.name === '_service';
      const isDoor = roots.has(type) && !federation;
      const permission = isDoor ? require(field, where) : statedPermission(field);
      // A field that states its own permission is checked also where it only reads a property.
      if (permission && !isDoor) field.resolve ??= defaultFieldResolver;
      guardField(field, where, report, permission);
    }
    guardReference(type, report);
  }
  return schema;
}
