import { Kind, type DocumentNode, type FragmentDefinitionNode, type SelectionSetNode } from 'graphql';

/** What can be counted in a document without knowing the graph. Fragments count wherever they are spread. */
export interface OperationShape {
  readonly depth: number;
  readonly aliases: number;
  readonly directives: number;
  readonly fields: number;
}

const NOTHING: OperationShape = { depth: 0, aliases: 0, directives: 0, fields: 0 };

function add(one: OperationShape, other: OperationShape): OperationShape {
  return {
    depth: Math.max(one.depth, other.depth),
    aliases: one.aliases + other.aliases,
    directives: one.directives + other.directives,
    fields: one.fields + other.fields,
  };
}

/** Measures each fragment once, so that fragments that spread each other many times over cannot make the measuring itself dear. */
class ShapeMeter {
  private readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  private readonly measured = new Map<string, OperationShape>();

  constructor(document: DocumentNode) {
    const definitions = document.definitions.filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION);
    this.fragments = new Map(definitions.map((fragment) => [fragment.name.value, fragment]));
  }

  selection(set: SelectionSetNode | undefined): OperationShape {
    let total = NOTHING;
    for (const part of set?.selections ?? []) {
      const directives = part.directives?.length ?? 0;
      if (part.kind === Kind.FIELD) {
        const below = this.selection(part.selectionSet);
        const own = { depth: below.depth + 1, aliases: part.alias ? 1 : 0, directives, fields: 1 };
        total = add(add(total, below), own);
      } else {
        const inner = part.kind === Kind.INLINE_FRAGMENT ? this.selection(part.selectionSet) : this.fragment(part.name.value);
        total = add(add(total, inner), { ...NOTHING, directives });
      }
    }
    return total;
  }

  private fragment(name: string): OperationShape {
    const known = this.measured.get(name);
    if (known) return known;
    this.measured.set(name, NOTHING); // a fragment that spreads itself is refused by validation; here it must only end
    const shape = this.selection(this.fragments.get(name)?.selectionSet);
    this.measured.set(name, shape);
    return shape;
  }
}

/** The shape of all operations of a document together. */
export function operationShape(document: DocumentNode): OperationShape {
  const meter = new ShapeMeter(document);
  return document.definitions
    .filter((definition) => definition.kind === Kind.OPERATION_DEFINITION)
    .map((operation) => meter.selection(operation.selectionSet))
    .reduce(add, NOTHING);
}
