import type { DataSource } from 'typeorm';
import { createDataSource, migrate, tablesWithoutWorkspace, unprotectedTables, withWorkspace } from '#libs/database';
import { Outbox } from '#libs/events';
import { postgres, type TestDatabase } from '#libs/testkit';
import { catalogue } from '#libs/topics';
import { servingEntities, servingMigrations } from '../serving.module.js';
import type { Decision, DecisionLayout } from './decision.js';
import type { DecisionBatch } from './decision-batch.js';
import { DecisionRepository, type PlacedBatch } from './decision.repository.js';

let database: TestDatabase;
let db: DataSource;
let decisions: DecisionRepository;

beforeAll(async () => {
  database = await postgres();
  await migrate({ service: 'serving', ownerUrl: database.ownerUrlOf('serving'), migrations: servingMigrations });
  db = await createDataSource({ service: 'serving', url: database.urlOf('serving'), entities: servingEntities });
  decisions = new DecisionRepository(db, new Outbox('serving', catalogue));
});
afterAll(async () => {
  await db.destroy();
  await database.drop();
});

const layout: DecisionLayout = {
  id: 'l1',
  request: [{ name: 'key', type: 'text' }],
  features: [
    { name: 'share', type: 'number' },
    { name: 'carrier', type: 'text' },
  ],
};

function decision(id: string, workspace: string, change: Partial<Decision> = {}): Decision {
  return {
    id,
    workspace,
    endpointId: 'ep_1',
    versionId: 'mv_1',
    arm: 'champion',
    decidedAt: new Date('2013-06-01T08:00:00.123Z'),
    rowKey: id,
    probability: 0.1 + 0.2,
    threshold: 25 / 85,
    proposedAct: true,
    baselineAct: false,
    layoutId: layout.id,
    request: [id],
    features: [0.1 + 0.2, null],
    ...change,
  };
}

function placed(position: number, workspace: string, ids: readonly string[], change: Partial<Decision> = {}): PlacedBatch {
  const batch: DecisionBatch = {
    workspace,
    useCaseId: 'uc_1',
    layout,
    decisions: ids.map((id) => decision(id, workspace, change)),
  };
  return { position, batch };
}

async function count(workspace: string, table: string): Promise<number> {
  const rows = (await withWorkspace(db, workspace, (tx) => tx.query(`select count(*)::int as n from ${table}`))) as readonly {
    n: number;
  }[];
  return rows[0]!.n;
}

describe('decisions brought from a spool', () => {
  it('are stored with every digit, and with one event for many', async () => {
    await decisions.store('exact', 'spool', [placed(10, 'exact', ['dec_a', 'dec_b']), placed(20, 'exact', ['dec_c'])]);
    expect(await decisions.findAll('exact', ['dec_b'])).toEqual([decision('dec_b', 'exact')]);
    expect(await decisions.layouts('exact', ['l1'])).toEqual([{ ...layout, workspace: 'exact' }]);
    expect(await count('exact', 'outbox')).toBe(1);
  });

  it('are passed over when they are brought again, as after an interruption', async () => {
    const all = [placed(10, 'again', ['dec_1']), placed(20, 'again', ['dec_2']), placed(30, 'again', ['dec_3'])];
    await decisions.store('again', 'spool', all.slice(0, 2));
    await decisions.store('again', 'spool', all);
    await decisions.store('again', 'spool', all);
    expect([await count('again', 'decision'), await count('again', 'outbox')]).toEqual([3, 2]);
  });

  it('count once where two spools have the same one, and the first holds', async () => {
    await decisions.store('twice', 'spool-1', [placed(10, 'twice', ['dec_x'])]);
    await decisions.store('twice', 'spool-2', [placed(10, 'twice', ['dec_x', 'dec_y'], { proposedAct: false })]);
    expect((await decisions.findAll('twice', ['dec_x', 'dec_y'])).map(({ id, proposedAct }) => [id, proposedAct]).sort()).toEqual(
      [
        ['dec_x', true],
        ['dec_y', false],
      ],
    );
    expect(await count('twice', 'outbox')).toBe(2);
  });

  it('count once where two processes bring the same spool at once', async () => {
    const all = Array.from({ length: 20 }, (_, i) => placed(i + 1, 'race', [`dec_r${i}`]));
    await Promise.all([decisions.store('race', 'spool', all), decisions.store('race', 'spool', all)]);
    expect([await count('race', 'decision'), await count('race', 'outbox')]).toEqual([20, 1]);
  });

  it('stand in events of their own where the baseline could not say', async () => {
    await decisions.store('mixed', 'spool', [
      placed(10, 'mixed', ['dec_m1']),
      placed(20, 'mixed', ['dec_m2'], { baselineAct: null }),
    ]);
    expect(await count('mixed', 'outbox')).toBe(2);
  });

  it('are all or nothing', async () => {
    const broken = placed(20, 'whole', ['dec_w2'], { arm: 'nobody' as 'champion' });
    await expect(decisions.store('whole', 'spool', [placed(10, 'whole', ['dec_w1']), broken])).rejects.toThrow();
    expect([await count('whole', 'decision'), await count('whole', 'outbox'), await count('whole', 'spool_position')]).toEqual([
      0, 0, 0,
    ]);
  });

  it('are seen in their own workspace only', async () => {
    await decisions.store('mine', 'spool', [placed(10, 'mine', ['dec_mine'])]);
    expect(await decisions.findAll('yours', ['dec_mine'])).toEqual([]);
    expect(await unprotectedTables(db)).toEqual([]);
    expect(await tablesWithoutWorkspace(db)).toEqual([]);
  });

  it('are listed by moment within a range', async () => {
    const at = (text: string) => new Date(`2013-06-0${text}T00:00:00Z`);
    for (const [i, day] of ['3', '1', '2'].entries())
      await decisions.store('listed', 'spool', [placed(i + 1, 'listed', [`dec_l${day}`], { decidedAt: at(day) })]);
    const page = await decisions.list('listed', { endpointId: 'ep_1', from: at('1'), to: at('3') }, { first: 1 });
    expect(page.edges.map(({ node }) => node.id)).toEqual(['dec_l1']);
    const next = await decisions.list(
      'listed',
      { endpointId: 'ep_1', from: at('1'), to: at('3') },
      { first: 5, after: page.pageInfo.endCursor },
    );
    expect(next.edges.map(({ node }) => node.id)).toEqual(['dec_l2']);
  });
});
