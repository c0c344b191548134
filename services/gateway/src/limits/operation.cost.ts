import {
  getNamedType,
  getNullableType,
  isCompositeType,
  isInterfaceType,
  isListType,
  isObjectType,
  Kind,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type ValueNode,
} from 'graphql';

/** A list without a page size is taken to be this long. */
const UNPAGED_LIST = 10;
/** A connection without `first` or `last` is taken to be this long. */
const UNASKED_PAGE = 50;
const MUTATION_COST = 10;
const PAGE_ARGUMENTS: ReadonlySet<string> = new Set(['first', 'last', 'limit']);
/** Fields inside a connection are lists whose length its page size already says. */
const PAGE_FIELDS: ReadonlySet<string> = new Set(['edges', 'nodes']);

export interface Costed {
  readonly schema: GraphQLSchema;
  readonly operation: OperationDefinitionNode;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly variables: Readonly<Record<string, unknown>>;
}

type AnyField = GraphQLField<unknown, unknown>;

class CostMeter {
  private readonly measured = new Map<string, number>();

  constructor(private readonly costed: Costed) {}

  selection(set: SelectionSetNode | undefined, parent: GraphQLNamedType | undefined): number {
    let total = 0;
    for (const part of set?.selections ?? []) {
      if (part.kind === Kind.FIELD) total += this.field(part, parent);
      else if (part.kind === Kind.FRAGMENT_SPREAD) total += this.fragment(part.name.value);
      else total += this.selection(part.selectionSet, this.typed(part.typeCondition?.name.value) ?? parent);
    }
    return total;
  }

  private typed(name: string | undefined): GraphQLNamedType | undefined {
    return name === undefined ? undefined : this.costed.schema.getType(name);
  }

  private fragment(name: string): number {
    const known = this.measured.get(name);
    if (known !== undefined) return known;
    this.measured.set(name, 0);
    const fragment = this.costed.fragments.get(name);
    const cost = this.selection(fragment?.selectionSet, this.typed(fragment?.typeCondition.name.value));
    this.measured.set(name, cost);
    return cost;
  }

  private field(node: FieldNode, parent: GraphQLNamedType | undefined): number {
    const field = isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[node.name.value] : undefined;
    if (!field) return 1; // introspection, which graphql-js bounds itself
    const type = getNamedType(field.type);
    if (!isCompositeType(type)) return 0;
    return 1 + this.length(node, field, parent) * this.selection(node.selectionSet, type);
  }

  private length(node: FieldNode, field: AnyField, parent: GraphQLNamedType | undefined): number {
    const page = field.args.find((argument) => PAGE_ARGUMENTS.has(argument.name));
    if (page) return this.pageSize(node) ?? (typeof page.defaultValue === 'number' ? page.defaultValue : UNASKED_PAGE);
    if (!isListType(getNullableType(field.type))) return 1;
    return parent?.name.endsWith('Connection') && PAGE_FIELDS.has(field.name) ? 1 : UNPAGED_LIST;
  }

  private pageSize(node: FieldNode): number | undefined {
    const sizes = (node.arguments ?? [])
      .filter((argument) => PAGE_ARGUMENTS.has(argument.name.value))
      .map((argument) => this.number(argument.value))
      .filter((size) => size !== undefined);
    return sizes.length === 0 ? undefined : Math.max(1, ...sizes);
  }

  private number(value: ValueNode): number | undefined {
    const given =
      value.kind === Kind.VARIABLE ? this.variables(value.name.value) : value.kind === Kind.INT ? Number(value.value) : undefined;
    return typeof given === 'number' && Number.isFinite(given) ? given : undefined;
  }

  private variables(name: string): unknown {
    const given = this.costed.variables[name];
    if (given !== undefined) return given;
    const definition = this.costed.operation.variableDefinitions?.find(({ variable }) => variable.name.value === name);
    return definition?.defaultValue?.kind === Kind.INT ? Number(definition.defaultValue.value) : undefined;
  }
}

/**
 * How many objects an operation may load at most: each object counts one, lists count their page size, and lists in lists multiply.
 * The document is valid already.
 */
export function operationCost(costed: Costed): number {
  const { schema, operation } = costed;
  const root = schema.getRootType(operation.operation) ?? undefined;
  const start = operation.operation === 'mutation' ? MUTATION_COST * operation.selectionSet.selections.length : 0;
  return start + new CostMeter(costed).selection(operation.selectionSet, root);
}
