import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ServiceProcess } from './service-process.js';

async function until(fact: () => boolean): Promise<void> {
  while (!fact()) await delay(10);
}

describe('a service in a process of its own', () => {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-process-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const started: number[] = [];
  const said: string[] = [];
  const process_ = (source: string): ServiceProcess => {
    const module = join(folder, `${started.length}-${Math.random()}.mjs`);
    writeFileSync(module, source);
    return new ServiceProcess({
      name: 'serving',
      module,
      environment: { GREETING: 'hello' },
      say: (sentence) => said.push(sentence),
      onStart: (pid) => started.push(pid),
    });
  };
  const SERVICE = `if (process.env.GREETING !== 'hello' || process.env.HOME) process.exit(9);
    process.on('SIGTERM', () => process.exit(0)); setInterval(() => {}, 1000); process.send({ ready: 'serving' });`;

  it('comes back after kill -9, and stays away after stop', async () => {
    const service = process_(SERVICE);
    await service.start();
    const first = service.pid!;
    process.kill(first, 'SIGKILL');
    await until(() => started.at(-1) !== first);
    expect(said).toContainEqual(expect.stringMatching(/^serving ended \(SIGKILL\); it starts again in \d+ ms$/));
    await service.stop(5_000);
    const runs = started.length;
    await delay(300); // longer than the first back-off: nothing may come
    expect(started).toHaveLength(runs);
  });

  it('gives up on one that never becomes ready and tells its last words', async () => {
    const service = process_(`process.stderr.write('no such schema'); process.exit(1)`);
    await expect(service.start()).rejects.toThrow('serving does not start: no such schema');
  });

  it('kills one that does not drain in time, with its own workers', async () => {
    const service = process_(`import { spawn } from 'node:child_process'; process.on('SIGTERM', () => {});
      const worker = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']); process.send({ ready: worker.pid });
      setInterval(() => {}, 1000);`);
    await service.start();
    const { pid } = service;
    await service.stop(100);
    await until(() => {
      try {
        process.kill(-pid!, 0);
        return false;
      } catch {
        return true;
      }
    });
  });
});
