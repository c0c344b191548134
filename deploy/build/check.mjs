// `npm run check`: everything about the repository that is not a test. Each check runs even where an earlier one failed; the last
// line counts them.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '../..');
const RELEASED = 'proto/released.binpb';

const CHECKS = [
  ['format', 'prettier --check .'],
  ['lint', 'eslint .'],
  ['types', 'tsc -p tsconfig.json --noEmit'],
  ['import rules', 'depcruise --config .dependency-cruiser.cjs services libs deploy test'],
  ['generated code is up to date', generatedIsUpToDate],
  ['contracts: lint', 'buf lint proto'],
  [
    'contracts: compatible with the released ones',
    () => !existsSync(path.join(root, RELEASED)) || run(`buf breaking proto --against ${RELEASED}`),
  ],
  ['the graph composes, is described, and compatible with the released one', 'node deploy/build/check-graph.mjs'],
];

function run(command) {
  const env = { ...process.env, PATH: `${path.join(root, 'node_modules/.bin')}${path.delimiter}${process.env.PATH}` };
  return spawnSync(command, { cwd: root, env, shell: true, stdio: 'inherit' }).status === 0;
}

/** Generated code is not committed: what is on disk must be what the contracts give now, else the other checks saw something else. */
function generatedIsUpToDate() {
  const before = digest();
  const ran = run('npm run --silent gen');
  if (ran && digest() !== before) process.stdout.write('generated code was older than its contracts; it is up to date now\n');
  return ran && digest() === before;
}

function digest() {
  const hash = createHash('sha256');
  for (const file of globSync(['libs/contracts/src/gen/**/*.ts', 'services/*/src/*.generated.ts'], { cwd: root }).sort()) {
    hash.update(file).update(readFileSync(path.join(root, file)));
  }
  return hash.digest('hex');
}

let failed = 0;
for (const [name, check] of CHECKS) {
  const startedAt = performance.now();
  const passed = typeof check === 'string' ? run(check) : check();
  if (!passed) failed += 1;
  process.stdout.write(`${passed ? 'ok  ' : 'FAIL'}  ${name} (${((performance.now() - startedAt) / 1000).toFixed(1)} s)\n`);
}
process.stdout.write(`${CHECKS.length - failed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 ? 0 : 1;
