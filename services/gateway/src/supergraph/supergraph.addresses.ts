import { Kind, parse, print, visit, type ConstDirectiveNode } from 'graphql';
import { Problem } from '#libs/problem';

/** Where each subgraph is, by its name: the address of its `/graphql`. */
export type SubgraphAddresses = Readonly<Record<string, string>>;

function text(directive: ConstDirectiveNode, argument: string): string | undefined {
  const value = directive.arguments?.find((given) => given.name.value === argument)?.value;
  return value?.kind === Kind.STRING ? value.value : undefined;
}

function addressed(directive: ConstDirectiveNode, addresses: SubgraphAddresses): ConstDirectiveNode {
  const name = text(directive, 'name') ?? '';
  const url = addresses[name];
  if (url === undefined) {
    throw new Problem('invalid', 'gateway/subgraph-without-address', `no address is given for the subgraph ${name}`, { name });
  }
  return {
    ...directive,
    arguments: (directive.arguments ?? []).map((given) =>
      given.name.value === 'url' ? { ...given, value: { kind: Kind.STRING, value: url } } : given,
    ),
  };
}

/**
 * Puts the addresses of this installation into a supergraph that was composed without them.
 * @throws Problem `gateway/subgraph-without-address`
 */
export function withAddresses(supergraphSdl: string, addresses: SubgraphAddresses): string {
  return print(
    visit(parse(supergraphSdl), {
      EnumValueDefinition: (value) => ({
        ...value,
        directives: (value.directives ?? []).map((directive) =>
          directive.name.value === 'join__graph' ? addressed(directive, addresses) : directive,
        ),
      }),
    }),
  );
}
