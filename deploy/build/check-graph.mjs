// Checks the one graph: it composes, clients of the released graph keep working, and everything in it says what it is.
// `--release` writes proto/released.graphql instead of comparing with it; only a release commit does that.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import {
  buildSchema,
  findBreakingChanges,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isNonNullType,
  isObjectType,
  isSpecifiedScalarType,
  lexicographicSortSchema,
  printSchema,
} from 'graphql';
import { compose, publicSdl, root, subgraphs } from './compose.mjs';

const RELEASED = path.join(root, 'proto/released.graphql');

/** Fields whose name says it all, everywhere in the graph. */
const SPEAKING = new Set([
  'id',
  'edges',
  'node',
  'cursor',
  'pageInfo',
  'hasNextPage',
  'hasPreviousPage',
  'startCursor',
  'endCursor',
]);

function undescribed(schema) {
  const named = Object.values(schema.getTypeMap()).filter((type) => !type.name.startsWith('__') && !isSpecifiedScalarType(type));
  const roots = new Set([schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()]);
  const types = named.filter((type) => !type.description && !roots.has(type)).map((type) => type.name);
  const fields = named
    .filter((type) => isObjectType(type) || isInterfaceType(type) || isInputObjectType(type))
    .flatMap((type) =>
      Object.values(type.getFields())
        .filter((field) => !field.description && !SPEAKING.has(field.name))
        .map((field) => `${type.name}.${field.name}`),
    );
  return [...types, ...fields];
}

/** Root fields that would take the whole answer with them when their service is away: null climbs to `data` from where it is not allowed. */
function taking(schema) {
  const fields = Object.values(schema.getQueryType()?.getFields() ?? {});
  return fields
    .filter((field) => isNonNullType(field.type))
    .map((field) => `Query.${field.name}: ${field.type} must be nullable`);
}

function end(title, faults) {
  if (faults.length === 0) return;
  process.stderr.write(`${title}:\n${faults.map((fault) => `  ${fault}\n`).join('')}`);
  process.exit(1);
}

const { supergraphSdl, faults } = compose(subgraphs());
end('the graph does not compose', faults);
const schema = lexicographicSortSchema(buildSchema(publicSdl(supergraphSdl)));
end('one service away would empty the whole answer', taking(schema));
end('without a description', undescribed(schema));
if (process.argv.includes('--release')) writeFileSync(RELEASED, `${printSchema(schema)}\n`);
else if (existsSync(RELEASED)) {
  const breaking = findBreakingChanges(buildSchema(readFileSync(RELEASED, 'utf8')), schema);
  end(
    'this would break clients of the released graph',
    breaking.map((change) => change.description),
  );
}
