// How long a warm start takes and what the idle platform costs: `node test/bench/idle.mjs [seconds idle] [--split]`. Linux only (PSS).
import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const READY_MS = 10_000;
const PSS_MB = 1_200;
const launcher = path.resolve(import.meta.dirname, '../../dist/deploy/local/main.js');
const idleSeconds = Number(process.argv[2] ?? 30);
const split = process.argv.includes('--split');

const folder = mkdtempSync(path.join(tmpdir(), 'millrace-idle-'));
chmodSync(folder, 0o755);
try {
  await (await start()).stop(); // makes the folder warm
  const platform = await start();
  await delay(idleSeconds * 1000);
  const processes = treeOf(platform.pid).map((pid) => ({ pid, name: nameOf(pid), mb: pssMb(pid) }));
  await platform.stop();
  const total = Math.round(processes.reduce((sum, { mb }) => sum + mb, 0));
  for (const { name, mb } of processes.sort((a, b) => b.mb - a.mb)) console.log(`${mb.toFixed(0).padStart(6)} MB  ${name}`);
  console.log(
    `ready after ${(platform.readyMs / 1000).toFixed(1)} s (limit ${READY_MS / 1000}), ${total} MB idle (limit ${PSS_MB}), ${processes.length} processes`,
  );
  process.exitCode = platform.readyMs <= READY_MS && total < PSS_MB ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function start() {
  const startedAt = performance.now();
  const args = [
    launcher,
    '--data',
    path.join(folder, 'data'),
    '--port',
    '24000',
    '--grpc-port',
    '25000',
    ...(split ? ['--split'] : []),
  ];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  let text = '';
  await new Promise((resolve, reject) => {
    child.stdout.on('data', (chunk) => {
      text += chunk;
      if (/ s {2}ready$/m.test(text)) resolve();
    });
    void ended.then((code) => reject(new Error(`ended (${code}) before it was ready\n${text}`)));
  });
  const stop = () => {
    child.kill('SIGTERM');
    return ended;
  };
  return { pid: child.pid, readyMs: performance.now() - startedAt, stop };
}

/** The process and all that descend from it, also those in process groups of their own. */
function treeOf(root) {
  const parents = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => [Number(name), parentOf(name)]);
  const found = [root];
  for (const pid of found) found.push(...parents.filter(([, parent]) => parent === pid).map(([child]) => child));
  return found;
}

function parentOf(pid) {
  const stat = read(`/proc/${pid}/stat`);
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
}

function pssMb(pid) {
  return Number(/^Pss:\s+(\d+) kB/m.exec(read(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0) / 1024;
}

function nameOf(pid) {
  return read(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').replaceAll(`${folder}/`, '').slice(0, 110);
}

function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return ''; // it has ended
  }
}
