import { globSync, readFileSync } from 'node:fs';
import { Kind, parse, visit, type DirectiveNode, type ObjectTypeDefinitionNode, type ObjectTypeExtensionNode } from 'graphql';
import { parsePermission } from '#libs/identity';

const ROOTS = ['Query', 'Mutation', 'Subscription'];
const files = globSync('services/*/src/**/*.graphql');

function allowOf(directives: readonly DirectiveNode[] | undefined): readonly string[] | undefined {
  const argument = directives?.find(({ name }) => name.value === 'allow')?.arguments?.[0]?.value;
  return argument?.kind === Kind.LIST
    ? argument.values.map((value) => (value.kind === Kind.STRING ? value.value : ''))
    : undefined;
}

function isLookedUp({ directives }: ObjectTypeDefinitionNode | ObjectTypeExtensionNode): boolean {
  const key = directives?.find(({ name }) => name.value === 'key');
  const resolvable = key?.arguments?.find(({ name }) => name.value === 'resolvable')?.value;
  return key !== undefined && !(resolvable?.kind === Kind.BOOLEAN && !resolvable.value);
}

/** Every element that somebody can ask for by itself: fields of the roots, and entities by reference. */
function doors(): ReadonlyMap<string, readonly string[] | undefined> {
  const found = new Map<string, readonly string[] | undefined>();
  for (const file of files) {
    const add = (type: ObjectTypeDefinitionNode | ObjectTypeExtensionNode): void => {
      const at = `${file.split('/')[1]}: ${type.name.value}`;
      if (ROOTS.includes(type.name.value))
        for (const field of type.fields ?? []) found.set(`${at}.${field.name.value}`, allowOf(field.directives));
      else if (isLookedUp(type)) found.set(at, allowOf(type.directives));
    };
    visit(parse(readFileSync(file, 'utf8')), { ObjectTypeDefinition: add, ObjectTypeExtension: add });
  }
  return found;
}

describe('the graph is closed by default', () => {
  const all = doors();

  it('has doors to check', () => {
    expect(all.size).toBeGreaterThan(60);
  });

  it('states who may use each field of a root and each entity', () => {
    expect([...all].filter(([, allow]) => allow === undefined).map(([where]) => where)).toEqual([]);
  });

  it('names only roles and services that exist', () => {
    for (const allow of all.values()) expect(() => parsePermission(allow!)).not.toThrow();
  });

  it('lets nobody change anything by holding just any role', () => {
    const open = [...all].filter(([where, allow]) => where.includes('Mutation.') && allow!.includes('any-role'));
    expect(open).toEqual([]);
  });
});
