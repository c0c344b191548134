// The one graph, composed from the SDL that `gen` put into each service.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse, print } from 'graphql';
import { composeServices, transformSupergraphToPublicSchema } from '@theguild/federation-composition';

export const root = path.resolve(import.meta.dirname, '../..');

/** Each service that has a graph: its name and its SDL, from graphql.generated.ts. */
export function subgraphs() {
  return readdirSync(path.join(root, 'services'))
    .map((name) => ({ name, file: path.join(root, 'services', name, 'src/graphql.generated.ts') }))
    .filter(({ file }) => existsSync(file))
    .map(({ name, file }) => {
      const literal = /^export const sdl = (".*");$/m.exec(readFileSync(file, 'utf8'))?.[1];
      if (literal === undefined) throw new Error(`${file} holds no SDL`);
      return { name, sdl: JSON.parse(literal) };
    });
}

/** The supergraph of the subgraphs, or every fault that keeps them apart. */
export function compose(parts) {
  // The addresses are placeholders: the gateway puts in those of its environment.
  const definitions = parts.map(({ name, sdl }) => ({ name, url: `http://${name}.invalid/graphql`, typeDefs: parse(sdl) }));
  const { supergraphSdl, errors } = composeServices(definitions);
  return { supergraphSdl, faults: (errors ?? []).map((error) => error.message) };
}

/** The graph as clients see it. */
export function publicSdl(supergraphSdl) {
  return print(transformSupergraphToPublicSchema(parse(supergraphSdl)));
}
