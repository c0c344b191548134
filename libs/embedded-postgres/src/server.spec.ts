import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import pg from 'pg';
import { discardCluster } from './discard.js';
import { startEmbeddedPostgres } from './server.js';

async function query(url: string, sql: string): Promise<readonly Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows as Record<string, unknown>[];
  } finally {
    await client.end();
  }
}

describe('the embedded PostgreSQL', () => {
  const home = mkdtempSync(join(tmpdir(), 'millrace-embedded-'));
  chmodSync(home, 0o755); // made 0700; the closed case has its own test
  const folder = join(home, 'postgres');
  afterAll(() => rmSync(home, { recursive: true, force: true }));

  it('keeps what was written from one start to the next, and its password is private', async () => {
    const first = await startEmbeddedPostgres({ folder, port: 0, durability: 'volatile' });
    await query(first.adminUrl, `create table kept as select 42 as answer`);
    await first.stop();
    await using second = await startEmbeddedPostgres({ folder, port: 0 });
    expect(await query(second.adminUrl, 'select answer from kept')).toEqual([{ answer: 42 }]);
    expect(statSync(`${folder}-password`).mode & 0o777).toBe(0o600);
    const [durable] = await query(
      second.adminUrl,
      `select current_setting('fsync') fsync, current_setting('synchronous_commit') sync`,
    );
    expect(durable).toEqual({ fsync: 'on', sync: 'on' });
  });

  it('ends the server of a parent that was killed and goes on with its data', async () => {
    const orphan = await startEmbeddedPostgres({ folder, port: 0, durability: 'volatile' });
    const said: string[] = [];
    await using next = await startEmbeddedPostgres({
      folder,
      port: 0,
      durability: 'volatile',
      say: (sentence) => said.push(sentence),
    });
    await orphan.ended;
    expect(said).toContainEqual(expect.stringContaining(`ended PostgreSQL ${orphan.pid}`));
    expect(await query(next.adminUrl, 'select answer from kept')).toEqual([{ answer: 42 }]);
  });

  it('names a taken port before it touches anything', async () => {
    const squatter = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => squatter.once('listening', resolve));
    const { port } = squatter.address() as { port: number };
    await expect(startEmbeddedPostgres({ folder, port })).rejects.toMatchObject({
      kind: 'conflict',
      slug: 'embedded-postgres/port-taken',
      facts: { port },
    });
    await new Promise((resolve) => squatter.close(resolve));
  });

  it('creates the cluster anew where a first start was killed half way', async () => {
    const fresh = join(home, 'half');
    mkdirSync(`${fresh}.half`);
    writeFileSync(`${fresh}.half/PG_VERSION`, '18');
    await using server = await startEmbeddedPostgres({ folder: fresh, port: 0, durability: 'volatile' });
    expect(await query(server.adminUrl, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  const asRoot = process.getuid?.() === 0 ? it : it.skip;
  asRoot('keeps the cluster elsewhere, and says so, where root works under a closed folder', async () => {
    const closed = join(home, 'closed');
    mkdirSync(closed, { mode: 0o700 });
    const said: string[] = [];
    const options = {
      folder: join(closed, 'postgres'),
      port: 0,
      durability: 'volatile',
      say: (sentence: string) => said.push(sentence),
    } as const;
    const first = await startEmbeddedPostgres(options);
    await query(first.adminUrl, `create table kept as select 7 as answer`);
    await first.stop();
    await using second = await startEmbeddedPostgres(options);
    expect(await query(second.adminUrl, 'select answer from kept')).toEqual([{ answer: 7 }]);
    expect(second.cluster).toMatch(/^\/var\/tmp\/millrace-[0-9a-f]{16}\/cluster$/);
    expect(said).toContainEqual(expect.stringContaining(`${closed} is closed to the account`));
    await discardCluster(options.folder); // ends the server too
    await second.ended;
    expect(existsSync(second.cluster)).toBe(false);
    rmSync(dirname(second.cluster), { recursive: true });
    expect(existsSync(join(closed, 'postgres'))).toBe(false);
  });
});
