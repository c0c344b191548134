import { type DataSource } from 'typeorm';
import { postgres, type TestDatabase } from '#libs/testkit';
import { createDataSource, databaseOptions } from './data-source.js';
import { migrate } from './migrate.js';
import { sqlMigration } from './migration.js';
import { protectTable, tablesWithoutWorkspace, unprotectedTables } from './row-security.js';
import { withPlatformScope, withWorkspace } from './with-workspace.js';

const note = sqlMigration('20261123T0612-note', [
  'create table note (id text primary key, workspace text not null, text text not null, constraint note_text_unique unique (workspace, text))',
  ...protectTable('note'),
]);
const job = sqlMigration('20261123T0700-job', [
  'create table job (id text primary key, workspace text not null)',
  ...protectTable('job', { platformScope: true }),
]);

describe('a migrated service', () => {
  let db: TestDatabase;
  let registry: DataSource;
  const service = 'registry';
  beforeAll(async () => {
    db = await postgres();
    await migrate({ service, ownerUrl: db.ownerUrlOf(service), migrations: [note] });
    registry = await createDataSource({ service, url: db.urlOf(service), entities: [] });
  });
  afterAll(async () => {
    await registry?.destroy();
    await db.drop();
  });
  const count = async (table: string): Promise<number> => Number((await registry.query(`select count(*) n from ${table}`))[0].n);

  it('is migrated once when two replicas start at once', async () => {
    const both = await Promise.all(
      [1, 2].map(() => migrate({ service, ownerUrl: db.ownerUrlOf(service), migrations: [job, note] })),
    );
    expect(both.flat()).toEqual([expect.stringMatching(/^20261123T0700-job-/)]);
  });

  it('leaves nothing of a migration that fails in the middle', async () => {
    const broken = sqlMigration('20261123T0800-broken', ['create table half (n int)', 'select 1/0']);
    await expect(migrate({ service, ownerUrl: db.ownerUrlOf(service), migrations: [note, job, broken] })).rejects.toThrow(
      'division by zero',
    );
    expect(await registry.query(`select to_regclass('half') half`)).toEqual([{ half: null }]);
  });

  it('shows a transaction the rows of its workspace only', async () => {
    await withWorkspace(registry, 'ws-a', (tx) => tx.query(`insert into note values ('1', 'ws-a', 'mine')`));
    expect(await withWorkspace(registry, 'ws-a', (tx) => tx.query('select text from note'))).toEqual([{ text: 'mine' }]);
    expect(await withWorkspace(registry, 'ws-b', (tx) => tx.query('select text from note'))).toEqual([]);
    expect(await count('note')).toBe(0); // and a transaction without one sees nothing at all
    await expect(
      withWorkspace(registry, 'ws-b', (tx) => tx.query(`insert into note values ('2', 'ws-a', 'theirs')`)),
    ).rejects.toThrow('row-level security');
    await expect(withWorkspace(registry, '', (tx) => tx.query('select 1'))).rejects.toMatchObject({ slug: 'database/workspace' });
  });

  it('binds the owner of a table as well', async () => {
    const owner = await createDataSource({ service, url: db.ownerUrlOf(service), entities: [] });
    expect(await owner.query('select * from note')).toEqual([]);
    await owner.destroy();
  });

  it('opens to background work over all workspaces only the tables that say so', async () => {
    for (const workspace of ['ws-a', 'ws-b']) {
      await withWorkspace(registry, workspace, (tx) => tx.query(`insert into job values ($1, $1)`, [workspace]));
    }
    const seen = await withPlatformScope(registry, async (tx) => [
      await tx.query('select id from job order by id'),
      await tx.query('select id from note'),
    ]);
    expect(seen).toEqual([[{ id: 'ws-a' }, { id: 'ws-b' }], []]);
  });

  it('finds a table that was not protected, or has no workspace', async () => {
    expect(await unprotectedTables(registry)).toEqual([]);
    expect(await tablesWithoutWorkspace(registry)).toEqual([]);
    const open = sqlMigration('20261123T0900-open', [
      'create table open (workspace text not null)',
      'create table half_closed (workspace text not null)',
      'alter table half_closed enable row level security',
      `create policy workspace on half_closed using (true)`,
      'create table stray (n int)',
    ]);
    await migrate({ service, ownerUrl: db.ownerUrlOf(service), migrations: [note, job, open] });
    expect(await unprotectedTables(registry)).toEqual(['half_closed', 'open']);
    expect(await tablesWithoutWorkspace(registry)).toEqual(['stray']);
  });

  it('names a constraint in the words of the service, and says no value of a row', async () => {
    const twice = (conflicts = {}): Promise<unknown> =>
      withWorkspace(registry, 'ws-a', (tx) => tx.query(`insert into note values ('9', 'ws-a', 'mine')`), conflicts);
    await expect(twice()).rejects.toMatchObject({
      kind: 'conflict',
      slug: 'database/duplicate',
      facts: { constraint: 'note_text_unique' },
    });
    const { Problem } = await import('#libs/problem');
    const taken = new Problem('conflict', 'registry/note-taken', 'a note with this text exists');
    await expect(twice({ note_text_unique: () => taken })).rejects.toBe(taken);
  });

  it('answers a statement that takes too long, and a lock that is held, with problems', async () => {
    await expect(
      withWorkspace(registry, 'ws-a', async (tx) => {
        await tx.query(`set local statement_timeout = 30`);
        await tx.query('select pg_sleep(5)');
      }),
    ).rejects.toMatchObject({ kind: 'deadline', slug: 'database/statement-timeout' });
    await withWorkspace(registry, 'ws-a', async (tx) => {
      await tx.query(`select from note for update`);
      await expect(
        withWorkspace(registry, 'ws-a', (other) => other.query('select from note for update nowait')),
      ).rejects.toMatchObject({ kind: 'unavailable', slug: 'database/contention' });
    });
  });

  it('bounds every wait of a connection', async () => {
    const [settings] = await registry.query(
      `select current_setting('search_path') path, current_setting('transaction_timeout') tx, current_setting('lock_timeout') lock,
              current_setting('statement_timeout') statement, current_setting('idle_in_transaction_session_timeout') idle`,
    );
    expect(settings).toEqual({ path: 'registry', tx: '1min', lock: '5s', statement: '30s', idle: '30s' });
    expect(databaseOptions({ service, url: 'postgres://x', entities: [] })).toMatchObject({ synchronize: false, poolSize: 5 });
  });
});

describe('a migration', () => {
  it('has its minute in its name', () => {
    expect(() => sqlMigration('20261323T0612-thirteenth-month' as never, [])).toThrow('not named like');
  });
});
