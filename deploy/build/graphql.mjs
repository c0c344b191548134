// Generates services/<name>/src/graphql.generated.ts: the types of the service's SDL, and the SDL itself as the constant `sdl`.
import { readdirSync, readFileSync, writeFileSync, existsSync, globSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'graphql';
import { codegen } from '@graphql-codegen/core';
import * as typescript from '@graphql-codegen/typescript';

const root = path.resolve(import.meta.dirname, '../..');
const conventions = readFileSync(path.join(root, 'libs/graph/src/conventions.graphql'), 'utf8');
// Only for code generation: the federation library brings these itself.
const federation = `
directive @key(fields: String!, resolvable: Boolean) repeatable on OBJECT | INTERFACE
directive @shareable on OBJECT | FIELD_DEFINITION
directive @external on FIELD_DEFINITION | OBJECT
directive @requires(fields: String!) on FIELD_DEFINITION
directive @provides(fields: String!) on FIELD_DEFINITION
directive @tag(name: String!) repeatable on OBJECT | FIELD_DEFINITION
directive @link(url: String!, import: [String]) repeatable on SCHEMA
`;
const config = {
  enumsAsTypes: true,
  useTypeImports: true,
  skipTypename: true,
  immutableTypes: true,
  avoidOptionals: { field: true },
  namingConvention: { enumValues: 'keep' },
  scalars: { DateTime: 'Date', Date: 'string', Long: 'number', Decimal: 'string', ID: 'string' },
};

for (const service of readdirSync(path.join(root, 'services'))) {
  const source = path.join(root, 'services', service, 'src');
  if (!existsSync(source)) continue;
  const files = globSync('**/*.graphql', { cwd: source }).sort();
  if (files.length === 0) continue;
  const sdl = [conventions, ...files.map((file) => readFileSync(path.join(source, file), 'utf8'))].join('\n');
  const filename = path.join(source, 'graphql.generated.ts');
  const document = parse(`${federation}\n${sdl.replace(/^extend schema .*$/m, '')}`);
  const types = await codegen({
    filename,
    schema: document,
    documents: [],
    config,
    plugins: [{ typescript: {} }],
    pluginMap: { typescript },
  });
  const text = `// Generated from this service's *.graphql; not edited, not committed.\n${types}\n/** The service's SDL. */\nexport const sdl = ${JSON.stringify(sdl)};\n`;
  if (!existsSync(filename) || readFileSync(filename, 'utf8') !== text) writeFileSync(filename, text);
}
