import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import type { DataSource } from 'typeorm';
import { createDataSource, migrate } from '#libs/database';
import { FolderObjectStore } from '#libs/objects';
import { PostgresOnlineStore } from '#libs/online-store';
import { DuckDbSqlEngine } from '#libs/sql';
import { postgres, type TestDatabase } from '#libs/testkit';
import { entryAt, toUnits } from '#libs/timeline';
import type { DatasetVersion } from '../dataset/dataset.js';
import { planVector } from '../feature-service/vector-plan.js';
import type { FeatureService, ServiceFeature } from '../feature-service/feature-service.js';
import { HOUR_MS, type FeatureView, type LatestView, type WindowFeature, type WindowView } from '../feature-view/feature-view.js';
import { featuresEntities, featuresMigrations } from '../features.module.js';
import { ViewLoader } from '../materialization/view.loader.js';
import { requestRows, type RequestRows, type ValueColumn } from '../online/request-rows.js';
import { probesOf, vectorsOf } from '../online/vectors.js';
import { OfflineEngine, type PinnedSource } from './offline.engine.js';

/** A row of the source, as a person would write it down; times in microseconds after the start. */
interface SourceRow {
  readonly carrier: string | null;
  readonly line: number | null;
  readonly knownUs: number | null;
  readonly eventUs: number | null;
  readonly delay: number | null;
  readonly weight: number | null;
  readonly note: string | null;
}
interface Asked {
  readonly carrier: string;
  readonly line: number;
  readonly momentMs: number;
}

const WORKSPACE = 'main';
const START_MS = Date.UTC(2013, 0, 1);
const SPAN_US = 8 * 3_600_000_000;

const described = { type: 'number', description: '' } as const;
const about = {
  workspace: WORKSPACE,
  entityId: 'ent_1',
  sourceDatasetId: 'ds_1',
  keyColumns: ['carrier', 'line'],
  knownTimeColumn: 'known',
  createdAt: new Date(0),
};

const latest: LatestView = {
  ...about,
  id: 'fv_latest',
  name: 'latest',
  kind: 'latest',
  eventTimeColumn: 'event',
  maxAgeMs: 3 * HOUR_MS,
  features: [
    { ...described, name: 'last_delay', yields: 'column', column: 'delay' },
    { name: 'last_note', type: 'text', description: '', yields: 'column', column: 'note' },
    { ...described, name: 'last_age', yields: 'age', column: null },
  ],
};
const aggregates: readonly WindowFeature[] = [
  { ...described, name: 'rows_1h', aggregate: 'count', column: null, windowMs: HOUR_MS, minRows: 1 },
  { ...described, name: 'delays_3h', aggregate: 'count', column: 'delay', windowMs: 3 * HOUR_MS, minRows: 1 },
  { ...described, name: 'delay_1h', aggregate: 'mean', column: 'delay', windowMs: HOUR_MS, minRows: 1 },
  { ...described, name: 'delay_3h', aggregate: 'sum', column: 'delay', windowMs: 3 * HOUR_MS, minRows: 2 },
  { ...described, name: 'weight_3h', aggregate: 'mean', column: 'weight', windowMs: 3 * HOUR_MS, minRows: 1 },
];
const window: WindowView = {
  ...about,
  id: 'fv_window',
  name: 'window',
  kind: 'window',
  eventTimeColumn: null,
  maxAgeMs: null,
  features: aggregates,
};
const views: readonly FeatureView[] = [latest, window];

const keys = ['carrier', 'line'];
const fromView = (view: FeatureView): ServiceFeature[] =>
  view.features.map(({ name, type }) => ({ name, type, description: '', viewId: view.id, feature: name, keys }));
const service: FeatureService = {
  id: 'fs_1',
  workspace: WORKSPACE,
  name: 'both',
  description: '',
  requestColumns: [
    { name: 'carrier', type: 'text', description: '' },
    { name: 'line', type: 'number', description: '' },
  ],
  rowKey: 'carrier',
  features: [
    ...fromView(latest),
    ...fromView(window),
    { name: 'line_twice', type: 'number', description: '', expression: 'line * 2 + coalesce(line, 1)' },
    { name: 'carrier_as_brought', type: 'text', description: '', expression: 'carrier' },
  ],
  createdAt: new Date(0),
};
const plan = planVector(service, views);

let folder: string;
let database: TestDatabase;
let db: DataSource;
let sql: DuckDbSqlEngine;
let online: PostgresOnlineStore;
let loader: ViewLoader;
let offline: OfflineEngine;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'features-'));
  database = await postgres();
  await migrate({ service: 'features', ownerUrl: database.ownerUrlOf('features'), migrations: featuresMigrations });
  db = await createDataSource({ service: 'features', url: database.urlOf('features'), entities: featuresEntities });
  const objects = await FolderObjectStore.open(join(folder, 'objects'));
  sql = await DuckDbSqlEngine.open({ objects, workFolder: join(folder, 'work') });
  online = new PostgresOnlineStore(db);
  loader = new ViewLoader(sql, online);
  offline = new OfflineEngine(sql);
});
afterAll(async () => {
  await sql.close();
  await db.destroy();
  await database.drop();
  await rm(folder, { recursive: true });
});

const ROW_TYPES =
  '[{"n":"BIGINT","carrier":"VARCHAR","line":"DOUBLE","knownUs":"BIGINT","eventUs":"BIGINT","delay":"DOUBLE","weight":"DOUBLE","note":"VARCHAR"}]';

async function publish(rows: readonly SourceRow[]): Promise<DatasetVersion> {
  const at = (column: string): string => `make_timestamptz(${START_MS}000 + ${column})`;
  const select = `SELECT r.n, r.carrier, r.line, ${at('r."knownUs"')} AS known, ${at('r."eventUs"')} AS event, r.delay, r.weight, r.note
    FROM (SELECT unnest(from_json($rows, '${ROW_TYPES}')) AS r)`;
  const params = { rows: JSON.stringify(rows.map((row, n) => ({ n, ...row }))) };
  const { hash, rowCount } = await sql.materialize({ workspace: WORKSPACE, sql: select, tables: {}, params, orderBy: ['n'] });
  const number = { type: 'number' as const };
  const columns = [
    { name: 'carrier', type: 'text' as const },
    ...['line', 'delay', 'weight'].map((name) => ({ name, ...number })),
  ];
  return { id: 'dsv_1', datasetId: 'ds_1', datasetName: 'landings', objectHash: hash, rowCount, columns };
}

function asRequest(asked: readonly Asked[]): RequestRows {
  const columns: ValueColumn[] = [
    { name: 'carrier', kind: 'text', values: asked.map(({ carrier }) => carrier) },
    { name: 'line', kind: 'number', values: asked.map(({ line }) => line) },
  ];
  return requestRows(
    service.requestColumns,
    columns,
    asked.map(({ momentMs }) => START_MS + momentMs),
    1_000,
  );
}

async function readOnline(rows: RequestRows): Promise<ValueColumn[]> {
  const probes = probesOf(plan, rows);
  const payloads = await online.find(WORKSPACE, probes);
  return vectorsOf(
    plan,
    rows,
    probes,
    payloads.map((payload, i) => (payload ? entryAt(payload, probes.momentsMs[i]!) : undefined)),
  );
}

/** What a person with all rows before them would answer, without any running sum or join. */
function byHand(
  rows: readonly SourceRow[],
  { carrier, line, momentMs }: Asked,
  bits: Readonly<Record<string, number>>,
): readonly unknown[] {
  const up = (us: number): number => Math.ceil(us / 1_000);
  const mine = rows.filter(
    (row) => carrier !== '' && Number.isInteger(line) && row.carrier === carrier && row.line === line && row.knownUs !== null,
  );
  const known = mine.filter(({ knownUs }) => up(knownUs!) <= momentMs);
  const dated = known.filter(({ eventUs }) => eventUs !== null);
  const newest = dated.reduce<SourceRow | undefined>((best, row) => {
    if (!best) return row;
    const [a, b] = [up(row.eventUs!), up(best.eventUs!)];
    const later = a - b || up(row.knownUs!) - up(best.knownUs!);
    return later >= 0 ? row : best;
  }, undefined);
  const ageMs = newest ? momentMs - up(newest.eventUs!) : Infinity;
  const visible = newest && ageMs <= latest.maxAgeMs! ? newest : undefined;
  const windows = aggregates.map(({ aggregate, column, windowMs, minRows }) => {
    if (carrier === '' || !Number.isInteger(line)) return NaN;
    const inside = known.filter(({ knownUs }) => up(knownUs!) > momentMs - windowMs);
    if (column === null) return inside.length;
    const values = inside.map((row) => row[column as 'delay' | 'weight']).filter((value): value is number => value !== null);
    if (aggregate === 'count') return values.length;
    if (values.length < minRows) return NaN;
    const sum = Number(values.reduce((total, value) => total + BigInt(toUnits(value, bits[column]!)), 0n)) / 2 ** bits[column]!;
    return aggregate === 'sum' ? sum : sum / values.length;
  });
  const own = Number.isNaN(line) ? NaN : line * 2 + line;
  return [visible?.delay ?? NaN, visible?.note ?? '', visible ? ageMs / HOUR_MS : NaN, ...windows, own, carrier];
}

/** Half hours collide often; the others lie a little beside them, or anywhere. */
const halfHour = fc.integer({ min: 0, max: 8 });
const us = fc.oneof(
  { arbitrary: halfHour.map((n) => n * 1_800_000_000), weight: 6 },
  {
    arbitrary: fc.tuple(halfHour, fc.constantFrom(1, 999, 1_000, 1_001)).map(([n, more]) => n * 1_800_000_000 + more),
    weight: 2,
  },
  { arbitrary: fc.integer({ min: 0, max: SPAN_US }), weight: 1 },
);
const orNull = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(arbitrary, { freq: 12 });
const sourceRow: fc.Arbitrary<SourceRow> = fc.record({
  carrier: fc.constantFrom('UA', 'UA', 'UA', 'UA', "O'H", null),
  line: fc.constantFrom(1, 1, 1, 1, 12, null),
  knownUs: orNull(us),
  eventUs: orNull(us),
  delay: orNull(fc.integer({ min: -60, max: 900 })),
  weight: orNull(fc.double({ min: -1e4, max: 1e4, noNaN: true })),
  note: orNull(fc.constantFrom('late', 'ünd', 'a"b')),
});
/** Rows that agree in key and times: the later one in the source counts. */
const withTwin = fc
  .tuple(sourceRow, fc.option(fc.integer({ min: 1_000, max: 2_000 }), { freq: 2 }))
  .map(([row, delay]) => (delay === null ? [row] : [row, { ...row, delay }]));
const asked: fc.Arbitrary<Asked> = fc.record({
  carrier: fc.constantFrom('UA', 'UA', 'UA', 'UA', "O'H", '', 'ZZ'),
  line: fc.constantFrom(1, 1, 1, 1, 12, NaN, 1.5),
  momentMs: fc.oneof(
    fc.integer({ min: 0, max: 16 }).map((n) => n * (HOUR_MS / 2)),
    fc.tuple(fc.integer({ min: 0, max: 16 }), fc.constantFrom(-1, 1, 2)).map(([n, more]) => n * (HOUR_MS / 2) + more),
  ),
});

it('answers online and offline, bit by bit, what was known then', async () => {
  let round = 0;
  const scenario = fc.tuple(
    fc.array(withTwin, { maxLength: 60, size: 'max' }).map((pairs) => pairs.flat()),
    fc.array(asked, { minLength: 1, maxLength: 60, size: 'max' }),
  );
  await fc.assert(
    fc.asyncProperty(scenario, async ([rows, questions]) => {
      const version = await publish(rows);
      const generation = `round-${round++}`;
      const bits: Record<string, Readonly<Record<string, number>>> = {};
      for (const view of views) {
        const result = await loader.load(
          view,
          version,
          `${generation}/${view.id}`,
          AbortSignal.timeout(30_000),
          async () => undefined,
        );
        bits[view.id] = result.fractionBits;
        await online.publish(WORKSPACE, view.id, `${generation}/${view.id}`);
        const without = rows.filter(
          (row) =>
            row.carrier === null || row.line === null || row.knownUs === null || (view.kind === 'latest' && row.eventUs === null),
        );
        expect(result.skippedRows).toBe(without.length);
      }
      const sources = plan.bindings.map(({ view }): PinnedSource => ({
        objectHash: version.objectHash,
        fractionBits: bits[view.id]!,
        keyTypes: ['text', 'number'],
      }));
      const request = asRequest(questions);
      const call = { workspace: WORKSPACE, deadlineMs: 30_000, signal: AbortSignal.timeout(30_000) };
      const [served, computed] = await Promise.all([readOnline(request), offline.read(plan, request, sources, call)]);
      const expected = questions.map((question) => byHand(rows, question, bits[window.id]!));
      const rowsOf = (columns: readonly ValueColumn[]): unknown[] =>
        questions.map((_, row) => columns.map(({ values }) => values[row]));
      expect(rowsOf(served)).toEqual(expected);
      expect(rowsOf(computed)).toEqual(expected);
    }),
    { numRuns: 15, endOnFailure: true },
  );
}, 60_000);
