// Composes the services' SDL into services/gateway/src/supergraph.generated.ts; exits 1 with every fault where they do not compose.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { compose, root, subgraphs } from './compose.mjs';

const target = path.join(root, 'services/gateway/src/supergraph.generated.ts');
const { supergraphSdl, faults } = compose(subgraphs());
if (faults.length > 0) {
  process.stderr.write(`the graph does not compose:\n${faults.map((fault) => `  ${fault}\n`).join('')}`);
  process.exit(1);
}
const text = `// Composed from the services' SDL; not edited, not committed.\n/** The supergraph (Apollo Federation 2), with placeholders for addresses. */\nexport const supergraphSdl = ${JSON.stringify(supergraphSdl)};\n`;
if (!existsSync(target) || readFileSync(target, 'utf8') !== text) writeFileSync(target, text);
