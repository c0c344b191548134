import { EntitySchema, type DataSource } from 'typeorm';
import { postgres, type TestDatabase } from '#libs/testkit';
import { createDataSource } from './data-source.js';
import { migrate } from './migrate.js';
import { sqlMigration } from './migration.js';
import { pageOf, type Page, type PageOrder, type PageRequest } from './page.js';

interface Run {
  readonly id: string;
  readonly startedAt: Date;
}
const runMapping = new EntitySchema<Run>({
  name: 'run',
  columns: { id: { type: 'text', primary: true }, startedAt: { type: 'timestamptz', name: 'started_at', precision: 3 } },
});
const NEWEST: PageOrder<Run> = { keys: ['startedAt', 'id'], direction: 'descending' };

describe('a page', () => {
  let db: TestDatabase;
  let training: DataSource;
  beforeAll(async () => {
    db = await postgres();
    const table = sqlMigration('20261123T0612-run', [
      'create table run (id text primary key, started_at timestamptz(3) not null)',
    ]);
    await migrate({ service: 'training', ownerUrl: db.ownerUrlOf('training'), migrations: [table] });
    training = await createDataSource({ service: 'training', url: db.urlOf('training'), entities: [runMapping] });
    // Four runs share each moment, so a page may end between equals.
    await training.query(`insert into run select 'r' || lpad(i::text, 2, '0'), timestamptz '2026-01-01 00:00:00.123Z' + (i / 4) * interval '1 ms'
                            from generate_series(0, 22) i`);
  });
  afterAll(async () => {
    await training?.destroy();
    await db.drop();
  });
  const page = (request: PageRequest, order = NEWEST): Promise<Page<Run>> =>
    pageOf(training.manager.createQueryBuilder(runMapping, 'run'), order, request);

  it.each(['ascending', 'descending'] as const)(
    'follows the %s list to its end without losing or repeating a row',
    async (direction) => {
      const seen: string[] = [];
      let after: string | null = null;
      do {
        const { edges, pageInfo }: Page<Run> = await page({ first: 5, after }, { ...NEWEST, direction });
        expect(pageInfo.hasPreviousPage).toBe(after !== null);
        seen.push(...edges.map(({ node }) => node.id));
        after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
      } while (after !== null);
      const all = Array.from({ length: 23 }, (_, i) => `r${String(i).padStart(2, '0')}`);
      expect(seen).toEqual(direction === 'ascending' ? all : all.reverse());
    },
  );

  it('keeps its place while rows are inserted before it', async () => {
    const first = await page({ first: 2 });
    await training.query(`insert into run values ('newer', '2026-02-01')`);
    const second = await page({ first: 1, after: first.pageInfo.endCursor });
    expect(second.edges[0]?.node.id).toBe('r20');
    await training.query(`delete from run where id = 'newer'`);
  });

  it.each([-1, 1001, 1.5])('refuses a size of %d', async (first) => {
    await expect(page({ first })).rejects.toMatchObject({ kind: 'invalid', slug: 'page/first' });
  });

  it('refuses a cursor it did not give out', async () => {
    const ascending = await page({ first: 1 }, { ...NEWEST, direction: 'ascending' });
    const forged = Buffer.from(JSON.stringify(['-startedAt,id', 'yesterday-ish', 'r1'])).toString('base64url');
    for (const after of ['nonsense', '', ascending.pageInfo.endCursor!, forged].filter(Boolean)) {
      await expect(page({ after })).rejects.toMatchObject({ kind: 'invalid', slug: 'page/cursor' });
    }
  });

  it('of nothing is empty', async () => {
    expect(await page({ first: 0 })).toMatchObject({
      edges: [],
      pageInfo: { hasNextPage: true, startCursor: null, endCursor: null },
    });
  });
});
