import { spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const LAUNCHER = resolve(import.meta.dirname, '../../dist/deploy/local/main.js');
const READY_DEADLINE_MS = 60_000;
const PORTS_OF_A_PLATFORM = 11;

export interface LaunchRequest {
  /** A folder of its own, removed by `discard`, where left out. */
  readonly data?: string;
  readonly port?: number;
  readonly grpcPort?: number;
  readonly split?: boolean;
}

/** The compiled launcher as a person runs it. */
export interface Launched {
  readonly data: string;
  readonly port: number;
  readonly grpcPort: number;
  readonly pid: number;
  /** Everything it printed. */
  output(): string;
  /** Resolves with the exit code, or the signal's name. */
  readonly ended: Promise<number | string>;
  /** SIGTERM, and the exit code it leads to. */
  stop(): Promise<number | string>;
}

/** Starts the launcher and waits until it says that the platform is ready. Rejects with its output where it ends before. */
export async function launch(request: LaunchRequest = {}): Promise<Launched> {
  const port = request.port ?? (await freeRange(PORTS_OF_A_PLATFORM));
  const grpcPort = request.grpcPort ?? (await freeRange(PORTS_OF_A_PLATFORM, port));
  const data = request.data ?? temporaryFolder();
  const launched = run([
    '--data',
    data,
    '--port',
    String(port),
    '--grpc-port',
    String(grpcPort),
    ...(request.split ? ['--split'] : []),
  ]);
  await launched.ready;
  const stop = async (): Promise<number | string> => {
    launched.child.kill('SIGTERM');
    return launched.ended;
  };
  return { data, port, grpcPort, pid: launched.child.pid!, output: launched.output, ended: launched.ended, stop };
}

/** Runs the launcher to its end, for starts that must be refused. */
export async function launchRefused(
  args: readonly string[],
): Promise<{ readonly code: number | string; readonly output: string }> {
  const launched = run(args);
  launched.ready.catch(() => undefined);
  return { code: await launched.ended, output: launched.output() };
}

/** A folder that the server's account reaches when we are root. */
export function temporaryFolder(): string {
  const parent = mkdtempSync(join(tmpdir(), 'millrace-e2e-'));
  chmodSync(parent, 0o755);
  return join(parent, 'data');
}

export function discard({ data }: Pick<Launched, 'data'>): void {
  rmSync(resolve(data, '..'), { recursive: true, force: true });
}

interface Run {
  readonly child: ChildProcess;
  readonly ready: Promise<void>;
  readonly ended: Promise<number | string>;
  output(): string;
}

function run(args: readonly string[]): Run {
  const environment = { PATH: process.env['PATH'], LOG_LEVEL: process.env['LOG_LEVEL'] ?? 'error' };
  const child = spawn(process.execPath, [LAUNCHER, ...args], { env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  const ended = new Promise<number | string>((resolve_) =>
    child.once('close', (code, signal) => resolve_(code ?? signal ?? 'unknown')),
  );
  const ready = new Promise<void>((resolve_, reject) => {
    const late = setTimeout(() => reject(new Error(`not ready within ${READY_DEADLINE_MS} ms:\n${text}`)), READY_DEADLINE_MS);
    for (const stream of [child.stdout!, child.stderr!]) {
      stream.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
        if (/ s {2}ready$/m.test(text)) resolve_();
      });
    }
    void ended.then((code) => reject(new Error(`the launcher ended (${code}):\n${text}`)));
    void Promise.allSettled([ended]).then(() => clearTimeout(late));
  });
  return { child, ready, ended, output: () => text };
}

/** A base port with `count` free ports from it on, at least twice that far from `away`. */
async function freeRange(count: number, away = 0): Promise<number> {
  for (let attempt = 0; attempt < 50; attempt++) {
    const base = 20_000 + Math.floor(Math.random() * 10_000);
    if (Math.abs(base - away) < 2 * count) continue;
    const free = await Promise.all(Array.from({ length: count }, (_, i) => isFree(base + i)));
    if (free.every(Boolean)) return base;
  }
  throw new Error(`no ${count} free ports in a row`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve_) => {
    const probe = createServer();
    probe.once('error', () => resolve_(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve_(true)));
  });
}
