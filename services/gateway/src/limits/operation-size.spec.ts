import { buildSchema, Kind, parse, type OperationDefinitionNode } from 'graphql';
import { operationCost } from './operation.cost.js';
import { operationShape } from './operation.shape.js';

const schema = buildSchema(`
  type Query { users(first: Int = 20): UserConnection tags: [Tag!]! me: User count: Int }
  type Mutation { rename: User }
  type UserConnection { edges: [UserEdge!]! nodes: [User!]! }
  type UserEdge { node: User! }
  type User { name: String friends(first: Int): UserConnection tags: [Tag!]! }
  type Tag { name: String owner: User }
`);

function cost(text: string, variables = {}): number {
  const { definitions } = parse(text);
  const operation = definitions.find(
    (definition): definition is OperationDefinitionNode => definition.kind === Kind.OPERATION_DEFINITION,
  );
  if (!operation) throw new Error('no operation');
  const fragments = definitions.filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION);
  return operationCost({
    schema,
    operation,
    fragments: new Map(fragments.map((fragment) => [fragment.name.value, fragment])),
    variables,
  });
}

describe('the cost of an operation', () => {
  it.each([
    ['{ count }', 0],
    ['{ me { name } }', 1],
    ['{ tags { name } }', 1],
    ['{ tags { owner { name } } }', 11],
    ['{ users(first: 5) { edges { node { name } } } }', 11],
    ['{ users(first: 5) { nodes { name } } }', 6],
    ['{ users { nodes { name } } }', 21],
    ['{ users(first: 5) { nodes { friends(first: 3) { nodes { name } } } } }', 1 + 5 * (1 + (1 + 3))],
    ['{ me { friends { nodes { name } } } }', 1 + 1 + 50],
    ['{ ... on Query { me { name } } }', 1],
    ['{ me { ...u } } fragment u on User { tags { owner { name } } }', 12],
    ['mutation { a: rename { name } b: rename { name } }', 22],
    ['{ __schema { types { name } } }', 1],
  ])('of %s is %d', (text, expected) => {
    expect(cost(text)).toBe(expected);
  });

  it('takes page sizes from variables, their defaults, and never below one', () => {
    const text = 'query ($n: Int = 7) { users(first: $n) { nodes { name } } }';
    expect(cost(text, { n: 3 })).toBe(4);
    expect(cost(text)).toBe(8);
    expect(cost(text, { n: -5 })).toBe(2);
  });
});

describe('the shape of an operation', () => {
  const shape = (text: string) => operationShape(parse(text));

  it('counts depth, aliases, directives and fields through fragments', () => {
    expect(shape('{ a { x: b @skip(if: true) ...f } } fragment f on T @include(if: true) { c { d } }')).toEqual({
      depth: 3,
      aliases: 1,
      directives: 1,
      fields: 4,
    });
  });

  it('counts all operations of a document', () => {
    expect(shape('query A { a: x } query B { b: x { y } }')).toMatchObject({ aliases: 2, depth: 2 });
  });

  it('ends on fragments that spread themselves', () => {
    expect(shape('{ ...a } fragment a on T { x { ...b } } fragment b on T { y { ...a } }').fields).toBe(2);
  });

  it('measures fragments that double each other quickly, and finds them large', () => {
    const count = 60;
    const fragments = Array.from({ length: count }, (_, n) => `fragment f${n} on T { ...f${n + 1} ...f${n + 1} }`);
    const bomb = `{ ...f0 } ${fragments.join(' ')} fragment f${count} on T { x }`;
    expect(shape(bomb).fields).toBe(2 ** count);
  });
});
