import { readFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { LocalIssuer, type Role } from '#libs/identity';
import { GraphClient } from './graph-client.js';
import { discard, launch, launchRefused, temporaryFolder, type Launched } from './launched.js';

async function isReady(port: number): Promise<boolean> {
  try {
    return (await fetch(`http://127.0.0.1:${port}/health/ready`)).ok;
  } catch {
    return false;
  }
}

const CREATE_USE_CASE = `mutation { createUseCase(input: {
  name: "late-arrivals", decision: "protect the connections of a flight", positiveClass: "late", riskClass: limited, monthlyVolume: 27000,
  monthlyCost: { amount: "400.00", currency: "EUR" }, kpi: "missed connections", roles: [] }) { id } }`;

async function clientOf({ data, port }: Launched, role: Role): Promise<GraphClient> {
  const gateway = `http://127.0.0.1:${port}`;
  const issuer = await LocalIssuer.open({ folder: join(data, 'issuer'), issuer: gateway, nodeEnv: 'test' });
  return new GraphClient(gateway, await issuer.tokenForRole(role));
}

function servicePids({ data }: Launched): Readonly<Record<string, number>> {
  return (JSON.parse(readFileSync(join(data, 'platform.json'), 'utf8')) as { children: Record<string, number> }).children;
}

async function until(fact: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await fact())) await delay(20);
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe('the platform in one process', () => {
  const data = temporaryFolder();
  let first: Launched;
  beforeAll(async () => {
    first = await launch({ data });
  });
  afterAll(async () => {
    await first.stop();
    discard({ data });
  });

  it('says where every door is and how to get a token', () => {
    expect(first.output()).toContain(`http://127.0.0.1:${first.port}/graphql`);
    expect(first.output()).toContain(`gRPC 127.0.0.1:${first.grpcPort + 5}  (inference)`);
    expect(first.output()).toContain('npm run --silent token -- --role ml-engineer');
  });

  it('refuses a second start on its folder, naming the process that has it, and is not harmed', async () => {
    const second = await launchRefused(['--data', data, '--port', '31000', '--grpc-port', '32000']);
    expect(second.code).toBe(1);
    expect(second.output).toContain(`${data} is in use by process ${first.pid}`);
    expect(await isReady(first.port)).toBe(true);
  });

  it('names every taken port to another start, which leaves nothing behind', async () => {
    const other = temporaryFolder();
    const second = await launchRefused(['--data', other, '--port', String(first.port), '--grpc-port', '32000']);
    expect(second.code).toBe(1);
    for (const [port, door] of [
      [first.port, 'gateway'],
      [first.port + 7, 'governance'],
    ]) {
      expect(second.output).toContain(`${port} (${door})`);
    }
    discard({ data: other });
  });

  it("names PostgreSQL's port where another program has it", async () => {
    const squatter = createServer();
    await new Promise<void>((resolve) => squatter.listen(0, '127.0.0.1', resolve));
    const { port } = squatter.address() as AddressInfo;
    const other = temporaryFolder();
    const second = await launchRefused(['--data', other, '--port', String(port - 10), '--grpc-port', '22000']);
    expect(second).toMatchObject({ code: 1, output: expect.stringContaining(`port ${port}`) });
    await new Promise((resolve) => squatter.close(resolve));
    discard({ data: other });
  });

  it('drains on SIGTERM, and the next start finds everything again', async () => {
    const { port, grpcPort } = first;
    const owner = await clientOf(first, 'business-owner');
    const { createUseCase } = await owner.ask<{ createUseCase: { id: string } }>(CREATE_USE_CASE);
    await owner.close();
    expect(await first.stop()).toBe(0);
    expect(first.output()).toMatch(/stopping[\s\S]*stopped/);
    first = await launch({ data, port, grpcPort });
    expect(first.output()).not.toContain('creating the PostgreSQL cluster');
    const again = await clientOf(first, 'business-owner');
    expect(await again.ask('{ useCase(name: "late-arrivals") { id } }')).toEqual({ useCase: { id: createUseCase.id } });
    await again.close();
  });

  it('is started again after kill -9, ending the server that was left', async () => {
    const { port, grpcPort, pid } = first;
    process.kill(pid, 'SIGKILL');
    await first.ended;
    first = await launch({ data, port, grpcPort });
    expect(first.output()).toMatch(/ended PostgreSQL \d+, which an earlier start had left running/);
  });
});

describe('the split platform', () => {
  let platform: Launched;
  beforeAll(async () => {
    platform = await launch({ split: true });
  });
  afterAll(async () => {
    await platform.stop();
    discard(platform);
  });
  const GONE = /(\w+) ended \(SIGKILL\); it starts again/;

  it('brings a service back after kill -9, while the others stay', async () => {
    const health = platform.port + 5;
    const { serving } = servicePids(platform);
    process.kill(serving!, 'SIGKILL');
    await until(() => GONE.test(platform.output()));
    expect(GONE.exec(platform.output())?.[1]).toBe('serving');
    await until(() => isReady(health));
    expect(servicePids(platform)['serving']).not.toBe(serving);
    expect(await isReady(platform.port)).toBe(true);
  });

  it('leaves no process behind when its launcher is killed, and starts again', async () => {
    const pids = Object.values(servicePids(platform));
    const { data, port, grpcPort } = platform;
    process.kill(platform.pid, 'SIGKILL');
    await platform.ended;
    platform = await launch({ data, port, grpcPort, split: true });
    expect(pids.filter(isAlive)).toEqual([]);
  });
});
