import type { DatasetVersion } from '#contracts/data/v1/data';
import type { Column } from '#contracts/platform/v1/object';
import { columnOf, rowsOf } from '#libs/sql';
import { FeaturesFixture, type GraphAnswer } from './fixture/features.fixture.js';

const SERVICE = { workspace: 'main', deadlineMs: 30_000 };
const at = (hours: number): Date => new Date(Date.UTC(2013, 0, 1, hours));

/** Landings of two carriers, one an hour from the first; the third of AA is corrected from late to punctual an hour after it was known. */
const LANDINGS = `
  SELECT 'f' || h AS flight, if(h % 3 = 2, 'UA', 'AA') AS carrier, TIMESTAMPTZ '2013-01-01 00:00:00+00' + to_hours(h) AS landed_at,
         TIMESTAMPTZ '2013-01-01 00:00:00+00' + to_hours(h) - INTERVAL 2 HOURS AS decided_at, h % 2 AS late, h * 1.5 AS delay, 'n' || h AS note
    FROM (SELECT CAST(range AS INTEGER) AS h FROM range(48))
  UNION ALL SELECT 'cancelled', 'AA', NULL, TIMESTAMPTZ '2013-01-01 05:00:00+00', NULL, NULL, NULL
  UNION ALL SELECT 'nobody', NULL, TIMESTAMPTZ '2013-01-01 05:00:00+00', TIMESTAMPTZ '2013-01-01 03:00:00+00', 1, 1, NULL`;

let fixture: FeaturesFixture;
let landings: DatasetVersion;
let entityId: string;

beforeAll(async () => {
  fixture = await FeaturesFixture.start();
  landings = await fixture.data.publish('landings', LANDINGS);
  const input = { name: 'carrier', description: 'who flies', keys: ['carrier'], idempotencyKey: 'carrier' };
  entityId = (await ask('mutation($input: CreateEntityInput!) { createEntity(input: $input) { id } }', { input }))[
    'createEntity'
  ]!['id'] as string;
});
afterAll(() => fixture[Symbol.asyncDispose]());

type Answered = Readonly<Record<string, Readonly<Record<string, unknown>>>>;
async function ask(query: string, variables: object = {}): Promise<Answered> {
  const { data, errors } = await fixture.graph('data-scientist', query, variables);
  if (errors) throw new Error(JSON.stringify(errors));
  return data as Answered;
}
const problemOf = ({ errors }: GraphAnswer): unknown => errors?.[0]?.extensions.problem ?? errors?.[0]?.extensions.code;

const CREATE_WINDOW =
  'mutation($input: WindowViewInput!) { createWindowView(input: $input) { id kind features { name } source { id } entity { name } } }';
const CREATE_LATEST = 'mutation($input: LatestViewInput!) { createLatestView(input: $input) { id } }';
const CREATE_SERVICE =
  'mutation($input: CreateFeatureServiceInput!) { createFeatureService(input: $input) { id features { name type view { name } } } }';

const windowInput = (name: string, changes: object = {}): object => ({
  name,
  entityId,
  sourceDatasetId: landings.datasetId,
  keyColumns: ['carrier'],
  knownTimeColumn: 'landed_at',
  features: [
    { name: `${name}_late`, column: 'late', aggregate: 'mean', windowHours: 6, description: 'share of late landings' },
    { name: `${name}_rows`, aggregate: 'count', windowHours: 6, description: 'landings' },
  ],
  ...changes,
});
const latestInput = (name: string, changes: object = {}): object => ({
  name,
  entityId,
  sourceDatasetId: landings.datasetId,
  keyColumns: ['carrier'],
  eventTimeColumn: 'landed_at',
  knownTimeColumn: 'landed_at',
  maxAgeHours: 4,
  features: [
    { name: 'delay', column: 'delay', type: 'number', description: 'delay of the last landing' },
    { name: 'note', column: 'note', type: 'text', description: 'words about it' },
    { name: 'age', type: 'number', age: true, description: 'hours since' },
  ],
  ...changes,
});
const serviceInput = (name: string, features: readonly object[]): object => ({
  name,
  description: 'lateness',
  rowKey: 'flight',
  requestColumns: [
    { name: 'flight', type: 'text', description: 'which' },
    { name: 'carrier', type: 'text', description: 'who' },
  ],
  features,
});

async function materialized(viewId: string): Promise<Readonly<Record<string, unknown>>> {
  const started = await ask('mutation($id: ID!) { materialize(featureViewId: $id) { id state } }', { id: viewId });
  return ended(started['materialize']!['id'] as string);
}

async function ended(id: string): Promise<Readonly<Record<string, unknown>>> {
  for (;;) {
    const { materialization } = await ask(
      'query($id: ID!) { materialization(id: $id) { id state progress entries skippedRows detail datasetVersion { id } } }',
      { id },
    );
    if (materialization!['state'] !== 'running') return materialization!;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const texts = (name: string, values: string[]): Column => ({ name, values: { $case: 'texts', value: { values } } });
const carriersAt = (carriers: string[], asOf: Date[], featureService = 'lateness') => ({
  featureService,
  rows: [
    texts(
      'flight',
      carriers.map((_, i) => `q${i}`),
    ),
    texts('carrier', carriers),
  ],
  asOf,
});
const valuesOf = (columns: readonly Column[]): Record<string, unknown> =>
  Object.fromEntries(columns.map(({ name, values }) => [name, values!.value.values]));

describe('the features service', () => {
  let windowId: string;
  let latestId: string;

  beforeAll(async () => {
    windowId = (await ask(CREATE_WINDOW, { input: windowInput('window') }))['createWindowView']!['id'] as string;
    latestId = (await ask(CREATE_LATEST, { input: latestInput('last') }))['createLatestView']!['id'] as string;
    const features = [
      { name: 'late_6h', viewId: windowId, feature: 'window_late' },
      { name: 'rows_6h', viewId: windowId, feature: 'window_rows', keys: ['carrier'] },
      { name: 'delay', viewId: latestId },
      { name: 'note', viewId: latestId },
      { name: 'age', viewId: latestId },
      { name: 'carrier', expression: 'carrier', type: 'text' },
    ];
    await ask(CREATE_SERVICE, { input: serviceInput('lateness', features) });
  });

  it('refuses to build on a view that was never brought online', async () => {
    const build = fixture.peer('training').buildTrainingSet(setRequest(at(0), at(48), at(48)), SERVICE);
    await expect(build).rejects.toMatchObject({ kind: 'conflict', slug: 'features/not-materialized' });
  });

  it('brings a view online and says how much of the source no moment can see', async () => {
    expect(await materialized(windowId)).toMatchObject({
      state: 'finished',
      progress: 1,
      entries: 48,
      skippedRows: 2,
      detail: null,
      datasetVersion: { id: landings.id },
    });
    expect(await materialized(latestId)).toMatchObject({ state: 'finished', entries: 48 });
    const shown = await ask(
      '{ featureView(name: "window") { name kind entity { keys } source { id } materialization { state } } }',
    );
    expect(shown['featureView']).toMatchObject({
      kind: 'window',
      entity: { keys: ['carrier'] },
      source: { id: landings.datasetId },
      materialization: { state: 'finished' },
    });
  });

  it('answers vectors as known at each row, missing where nothing was known or it is too old', async () => {
    const request = carriersAt(['AA', 'AA', 'UA', 'ZZ', ''], [at(9), new Date(at(9).getTime() - 1), at(1), at(9), at(9)]);
    const { features } = await fixture.peer('serving').readOnline(request, SERVICE);
    expect(valuesOf(features)).toEqual({
      late_6h: [2 / 4, 2 / 4, NaN, NaN, NaN], // AA landed at 4, 6, 7, 9; a millisecond before 9 it was 3, 4, 6, 7
      rows_6h: [4, 4, 0, 0, NaN],
      delay: [13.5, 10.5, NaN, NaN, NaN],
      note: ['n9', 'n7', '', '', ''],
      age: [0, 2 - 1 / 3_600_000, NaN, NaN, NaN],
      carrier: ['AA', 'AA', 'UA', 'ZZ', ''],
    });
    const late = await fixture.peer('serving').readOnline(carriersAt(['UA'], [at(52)]), SERVICE);
    expect(valuesOf(late.features)).toMatchObject({ late_6h: [1], delay: [NaN], age: [NaN] });
  });

  it('answers one row through the graph', async () => {
    const query =
      '{ onlineFeatures(featureService: "lateness", row: [{name: "flight", text: "x"}, {name: "carrier", text: "AA"}], asOf: "2013-01-01T09:00:00Z") { name number text } }';
    const { onlineFeatures } = (await ask(query)) as unknown as { onlineFeatures: object[] };
    expect(onlineFeatures).toContainEqual({ name: 'late_6h', number: 0.5, text: null });
    expect(onlineFeatures).toContainEqual({ name: 'note', number: null, text: 'n9' });
  });

  it('answers the same offline, value by value', async () => {
    const moments = Array.from({ length: 200 }, (_, i) => new Date(at(0).getTime() + i * 1_234_567));
    const request = carriersAt(
      moments.map((_, i) => ['AA', 'UA', 'ZZ', ''][i % 4]!),
      moments,
    );
    const served = await fixture.peer('serving').readOnline(request, SERVICE);
    const computed = await fixture.peer('monitoring').readPointInTime(request, SERVICE);
    expect(valuesOf(computed.features)).toEqual(valuesOf(served.features));
  });

  const refusals: [string, object, string][] = [
    ['a column is missing', { rows: [texts('flight', ['x'])], asOf: [at(1)] }, 'features/request-missing'],
    [
      'a column is unknown',
      { rows: [...carriersAt(['AA'], []).rows, texts('tail', ['N1'])], asOf: [at(1)] },
      'features/request-unknown',
    ],
    [
      'a column is brought twice',
      { rows: [...carriersAt(['AA'], []).rows, texts('carrier', ['AA'])], asOf: [at(1)] },
      'features/request-repeated',
    ],
    ['a column has another length', { rows: carriersAt(['AA', 'UA'], []).rows, asOf: [at(1)] }, 'features/request-length'],
    [
      'a column has another type',
      {
        rows: [texts('flight', ['x']), { name: 'carrier', values: { $case: 'numbers', value: { values: [1] } } }],
        asOf: [at(1)],
      },
      'features/request-type',
    ],
    [
      'a column has no values',
      { rows: [texts('flight', ['x']), { name: 'carrier', values: undefined }], asOf: [at(1)] },
      'features/request-column',
    ],
    [
      'there are too many rows',
      {
        rows: carriersAt(
          Array.from({ length: 10_001 }, () => 'AA'),
          [],
        ).rows,
        asOf: Array.from({ length: 10_001 }, () => at(1)),
      },
      'features/too-many-rows',
    ],
    ['nobody knows the service', { featureService: 'nothing', rows: [], asOf: [] }, 'features/service'],
  ];
  it.each(refusals)('refuses an online read where %s', async (_, request, slug) => {
    await expect(
      fixture.peer('serving').readOnline({ featureService: 'lateness', ...request } as never, SERVICE),
    ).rejects.toMatchObject({ slug });
  });

  it('lets only those who need it build and compare', async () => {
    await expect(fixture.peer('serving').buildTrainingSet(setRequest(at(0), at(48), at(48)), SERVICE)).rejects.toMatchObject({
      kind: 'forbidden',
    });
    await expect(fixture.peer('serving').readPointInTime(carriersAt(['AA'], [at(1)]), SERVICE)).rejects.toMatchObject({
      kind: 'forbidden',
    });
    const refused = await fixture.graph('executive', CREATE_WINDOW, { input: windowInput('theirs') });
    expect(refused.errors![0]!.extensions.code).toBe('FORBIDDEN');
  });

  function setRequest(from: Date, to: Date, knownUntil: Date) {
    const columns = { momentColumn: 'decided_at', labelColumn: 'late', labelKnownColumn: 'landed_at' };
    return { featureService: 'lateness', datasetVersionId: landings.id, ...columns, from, to, knownUntil };
  }

  it('builds a training set in which nothing was known too early, and finds it again by its definition', async () => {
    const training = fixture.peer('training');
    const { trainingSet } = await training.buildTrainingSet(setRequest(at(0), at(24), at(24)), SERVICE);
    expect(trainingSet).toMatchObject({ rowCount: 26n, labelledRowCount: 24n, leakCount: 0n, datasetVersionIds: [landings.id] });
    const again = await training.buildTrainingSet(setRequest(at(0), at(24), at(24)), SERVICE);
    expect(again.trainingSet!.id).toBe(trainingSet!.id);
    const earlier = await training.buildTrainingSet(setRequest(at(0), at(24), at(12)), SERVICE);
    expect(earlier.trainingSet).toMatchObject({ rowCount: 15n, labelledRowCount: 12n });

    const tables = { s: { workspace: 'main', objects: [trainingSet!.object!.hash] } };
    const read = await fixture.sql.query({ sql: 'SELECT * FROM s ORDER BY moment, row_key', tables });
    expect(read.columns.map(({ name }) => name)).toEqual([
      'row_key',
      'moment',
      'late_6h',
      'rows_6h',
      'delay',
      'note',
      'age',
      'carrier',
      'label',
      'label_known_at',
    ]);
    const row = rowsOf(read).find(({ row_key: key }) => key === 'f9')!;
    expect(row).toMatchObject({
      moment: at(7).toISOString(),
      late_6h: 0.5,
      rows_6h: 4,
      delay: 10.5,
      note: 'n7',
      age: 0,
      carrier: 'AA',
      label: 1,
      label_known_at: at(9).toISOString(),
    });
    const unlabelled = rowsOf(read).filter(({ label }) => label === null);
    expect(unlabelled.map(({ row_key: key }) => key)).toEqual(['cancelled', 'f25']);
  });

  it('shows the set with its leak report and statistics, and the evidence counts to the same', async () => {
    const { trainingSet } = await fixture.peer('training').buildTrainingSet(setRequest(at(0), at(24), at(24)), SERVICE);
    const shown = await ask(
      'query($id: ID!) { trainingSet(id: $id) { rows labelledRows hash evidenceHash featureService { name } leakReport { checkedValues leaks tightestSeconds } statistics { name missing mean } } }',
      { id: trainingSet!.id },
    );
    const { leakReport, statistics, evidenceHash, hash } = shown['trainingSet'] as {
      leakReport: Record<string, number>;
      statistics: { name: string; missing: number }[];
      evidenceHash: string;
      hash: string;
    };
    expect(hash).toBe(trainingSet!.object!.hash);
    expect(leakReport).toMatchObject({ leaks: 0, tightestSeconds: 0 });
    expect(statistics.map(({ name }) => name)).toEqual(['late_6h', 'rows_6h', 'delay', 'note', 'age', 'carrier']);
    const evidence = await fixture.sql.query({
      sql: `SELECT count("known_at/window/carrier") + count("known_at/last/carrier") AS checked FROM e`,
      tables: { e: { workspace: 'main', objects: [evidenceHash] } },
    });
    expect(columnOf(evidence, 'checked').values[0]).toBe(leakReport['checkedValues']);
  });

  const wrongSets: [string, object, string][] = [
    ['the period is empty', { from: at(4), to: at(4) }, 'features/period'],
    ['no row lies in it', { from: at(400), to: at(500), knownUntil: at(500) }, 'features/no-rows'],
    ['the label is no label', { labelColumn: 'delay' }, 'features/label-not-binary'],
    ['the label is a text', { labelColumn: 'note' }, 'features/column-type'],
    ['a column is absent', { momentColumn: 'nothing' }, 'features/no-such-column'],
    ['nobody knows the version', { datasetVersionId: 'dsv_nothing' }, 'data/version'],
  ];
  it.each(wrongSets)('refuses a training set where %s', async (_, changes, slug) => {
    const request = { ...setRequest(at(0), at(24), at(24)), ...changes };
    await expect(fixture.peer('training').buildTrainingSet(request, SERVICE)).rejects.toMatchObject({ slug });
  });

  const wrongViews: [string, string, () => object, string][] = [
    [
      'its source lacks a column',
      CREATE_WINDOW,
      () => windowInput('bad', { knownTimeColumn: 'nothing' }),
      'features/no-such-column',
    ],
    ['a known time is no time', CREATE_WINDOW, () => windowInput('bad', { knownTimeColumn: 'delay' }), 'features/column-type'],
    [
      'it averages texts',
      CREATE_WINDOW,
      () => windowInput('bad', { features: [{ name: 'x', column: 'note', aggregate: 'mean', windowHours: 1, description: '' }] }),
      'features/column-type',
    ],
    [
      'a window is endless',
      CREATE_WINDOW,
      () =>
        windowInput('bad', {
          features: [{ name: 'x', column: 'late', aggregate: 'mean', windowHours: 100_000, description: '' }],
        }),
      'features/window',
    ],
    [
      'a mean is of nothing',
      CREATE_WINDOW,
      () => windowInput('bad', { features: [{ name: 'x', aggregate: 'mean', windowHours: 1, description: '' }] }),
      'features/column',
    ],
    [
      'keys do not match the entity',
      CREATE_WINDOW,
      () => windowInput('bad', { keyColumns: ['carrier', 'flight'] }),
      'features/key-columns',
    ],
    [
      'two features have one name',
      CREATE_LATEST,
      () => latestInput('bad', { features: [1, 2].map(() => ({ name: 'x', column: 'delay', type: 'number', description: '' })) }),
      'features/repeated-name',
    ],
    ['nobody knows its entity', CREATE_WINDOW, () => windowInput('bad', { entityId: 'ent_nothing' }), 'features/entity'],
    ['nobody knows its source', CREATE_WINDOW, () => windowInput('bad', { sourceDatasetId: 'ds_nothing' }), 'data/version'],
    ['its name is taken', CREATE_WINDOW, () => windowInput('window'), 'features/view-name'],
  ];
  it.each(wrongViews)('refuses a view where %s', async (_, mutation, input, slug) => {
    expect(problemOf(await fixture.graph('data-scientist', mutation, { input: input() }))).toBe(slug);
  });

  const wrongServices: [string, object[], string][] = [
    ['a feature is unknown', [{ name: 'x', viewId: 'VIEW', feature: 'nothing' }], 'features/feature'],
    ['a view is unknown', [{ name: 'x', viewId: 'fv_nothing' }], 'features/view'],
    ['a key is not in the request', [{ name: 'x', viewId: 'VIEW', feature: 'window_late', keys: ['tail'] }], 'features/keys'],
    ['a feature comes from nowhere', [{ name: 'x' }], 'features/feature-origin'],
    ['an expression is none', [{ name: 'x', expression: '1 +' }], 'expression/syntax'],
    ['an expression names no request column', [{ name: 'x', expression: 'delay' }], 'expression/unknown-name'],
    ['a name is reserved', [{ name: 'label', expression: '1' }], 'features/reserved-name'],
  ];
  it.each(wrongServices)('refuses a feature service where %s', async (_, features, slug) => {
    const named = features.map((feature) => JSON.parse(JSON.stringify(feature).replace('VIEW', windowId)) as object);
    expect(problemOf(await fixture.graph('data-scientist', CREATE_SERVICE, { input: serviceInput('bad', named) }))).toBe(slug);
  });

  it('counts a creation once per idempotency key', async () => {
    const input = { name: 'carrier', description: 'who flies', keys: ['carrier'], idempotencyKey: 'carrier' };
    const mutation = 'mutation($input: CreateEntityInput!) { createEntity(input: $input) { id } }';
    expect((await ask(mutation, { input }))['createEntity']!['id']).toBe(entityId);
    expect(problemOf(await fixture.graph('data-scientist', mutation, { input: { ...input, keys: ['origin'] } }))).toBe(
      'idempotency/other-request',
    );
    expect(problemOf(await fixture.graph('data-scientist', mutation, { input: { ...input, idempotencyKey: null } }))).toBe(
      'features/entity-name',
    );
  });

  it('serves the new version of a source once it is online, and no earlier one', async () => {
    const corrected = await fixture.data.publish('landings', LANDINGS.replace('h % 2 AS late', '1 AS late'));
    expect(await materialized(windowId)).toMatchObject({ state: 'finished', datasetVersion: { id: corrected.id } });
    const { features } = await fixture.peer('serving').readOnline(carriersAt(['AA'], [at(9)]), SERVICE);
    expect(valuesOf(features)).toMatchObject({ late_6h: [1], rows_6h: [4] });
  });
});
