// Compiles to dist where a source is newer than the last successful build; a check of some hundred files takes milliseconds.
import { spawnSync } from 'node:child_process';
import { globSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '../..');
const stamp = path.join(root, 'dist/.built');

export function buildIfStale() {
  const built = statSync(stamp, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const sources = globSync(['{services,libs,deploy,test}/**/*.ts', 'tsconfig.json', 'package-lock.json'], { cwd: root });
  if (sources.every((file) => statSync(path.join(root, file)).mtimeMs < built)) return;
  const startedAt = new Date();
  process.stderr.write('building\n');
  const tsc = path.join(root, 'node_modules/typescript/bin/tsc');
  const { status } = spawnSync(process.execPath, [tsc, '-p', path.join(root, 'tsconfig.json')], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  });
  if (status !== 0) process.exit(status ?? 1);
  mkdirSync(path.dirname(stamp), { recursive: true });
  writeFileSync(stamp, startedAt.toISOString());
}
