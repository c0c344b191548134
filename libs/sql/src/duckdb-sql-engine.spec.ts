import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { cellAt, columnOf, numbersOf, rowsOf, stringsOf } from './columnar-result.js';
import { engineFixture, sourceOf, WORKSPACE, type EngineFixture } from './fixture.js';

/** Works for minutes without memory: no sum of products has a shortcut. */
const ENDLESS = 'SELECT sum(a.range * b.range) FROM range(10000000) a, range(10000000) b WHERE (a.range * b.range) % 7 = 3';

describe('DuckDB as the SQL engine', () => {
  let fixture: EngineFixture;
  beforeAll(async () => {
    fixture = await engineFixture();
  });
  afterAll(() => fixture[Symbol.asyncDispose]());

  it('gives each SQL type as the array its kind promises, missing values explicit', async () => {
    const sql = `SELECT * FROM (VALUES
      (1::INTEGER, 1.5::FLOAT, 2.5::DOUBLE, 9007199254740991::BIGINT, 1.25::DECIMAL(9,2), true, 'b', DATE '2013-01-02',
        TIMESTAMP '2013-01-02 03:04:05.678901', TIMESTAMPTZ '2013-01-02 03:04:05+02', [1, 2], {'k': 'v'}, 'NaN'::DOUBLE),
      (NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL))
      t(i, f, d, big, dec, bool, s, day, ts, tz, list, struct, nan)`;
    const result = await fixture.engine.query({ sql, tables: {} });
    expect(result).toMatchObject({ rowCount: 2, truncated: false });
    expect(result.columns.map(({ name, kind }) => `${name} ${kind}`)).toEqual([
      'i int32',
      'f float32',
      'd float64',
      'big float64',
      'dec float64',
      'bool boolean',
      's string',
      'day date',
      'ts timestamp',
      'tz timestamp',
      'list string',
      'struct string',
      'nan float64',
    ]);
    for (const column of result.columns) {
      expect(column.nullCount).toBe(1);
      expect(cellAt(column, 1)).toBeNull();
    }
    expect(numbersOf(result, 'i').values).toEqual(new Int32Array([1, 0]));
    expect(numbersOf(result, 'f').values).toEqual(new Float32Array([1.5, NaN]));
    expect(stringsOf(result, 's').values).toEqual(new Int32Array([0, -1]));
    expect(columnOf(result, 'nan')).toMatchObject({ valid: new Uint8Array([1, 0]), values: new Float64Array([NaN, NaN]) });
    expect(columnOf(result, 'ts').values[0]).toBe(Date.UTC(2013, 0, 2, 3, 4, 5, 678) + 0.901);
    expect(rowsOf(result)[0]).toEqual({
      i: 1,
      f: 1.5,
      d: 2.5,
      big: 9007199254740991,
      dec: 1.25,
      bool: true,
      s: 'b',
      day: '2013-01-02',
      ts: '2013-01-02T03:04:05.678Z',
      tz: '2013-01-02T01:04:05.000Z',
      list: '[1,2]',
      struct: '{"k":"v"}',
      nan: null,
    });
  });

  it('brings every value of any table through Parquet and back', async () => {
    const row = fc.record({
      n: fc.option(fc.double({ noNaN: true, noDefaultInfinity: true })),
      i: fc.option(fc.integer()),
      b: fc.option(fc.boolean()),
      s: fc.option(fc.string({ unit: 'binary', maxLength: 20 }).filter((text) => !text.includes('\0'))),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 40 }), async (rows) => {
        // A first row without a gap fixes the types, as a schema would.
        const all = [{ n: 0.5, i: 1, b: true, s: 'text' }, ...rows];
        const types = { n: 'DOUBLE', i: 'BIGINT', b: 'BOOLEAN', s: 'VARCHAR' };
        const stored = await fixture.ingest(JSON.stringify(all), 'json', { types });
        const back = await fixture.engine.columns({ sql: 'SELECT n, i, b, s FROM t', tables: { t: sourceOf(stored) } });
        expect(rowsOf(back)).toEqual(all.map(({ n, i, b, s }) => ({ n: n === 0 ? 0 : n, i, b, s })));
      }),
      { numRuns: 12 },
    );
  });

  it('reads several objects as one table, and numbers the rows of each', async () => {
    const one = await fixture.ingest('a\n1\n2\n', 'csv');
    const two = await fixture.ingest('a\n3\n', 'csv');
    const t = { workspace: WORKSPACE, objects: [one.hash, two.hash], rowNumberAs: 'place' };
    const result = await fixture.engine.query({ sql: 'SELECT a, place FROM t ORDER BY a', tables: { t } });
    expect(rowsOf(result)).toEqual([
      { a: 1, place: 0 },
      { a: 2, place: 1 },
      { a: 3, place: 0 },
    ]);
  });

  it('hides the values of a masked column from every use of it', async () => {
    const stored = await fixture.ingest('n,secret\n1,42\n2,\n', 'csv');
    const t = { ...sourceOf(stored), masked: ['secret'] };
    const sql = `SELECT n, secret, secret = '42' AS guess, length(secret) AS l, to_json(t) AS j FROM t ORDER BY n`;
    expect(rowsOf(await fixture.engine.query({ sql, tables: { t } }))).toEqual([
      { n: 1, secret: '•••', guess: false, l: 3, j: '{"n":1,"secret":"•••"}' },
      { n: 2, secret: null, guess: null, l: null, j: '{"n":2,"secret":null}' },
    ]);
  });

  it('tells the columns of a statement without running it', async () => {
    const t = sourceOf(await fixture.ingest('a,b\n1,x\n', 'csv'));
    const check = (sql: string, orderBy: string[] = []) => fixture.engine.check({ sql, tables: { t }, orderBy });
    expect(await check(`SELECT a + 1 AS n, b, error('ran') AS e FROM t;`, ['n'])).toEqual([
      { name: 'n', type: 'BIGINT' },
      { name: 'b', type: 'VARCHAR' },
      { name: 'e', type: 'INTEGER' },
    ]);
    await expect(check('SELECT a FROM t', ['b'])).rejects.toMatchObject({ slug: 'sql/no-such-column' });
    await expect(check('SELECT c FROM t')).rejects.toMatchObject({ slug: 'sql/invalid' });
    await expect(check('SELECT now() AS n FROM t')).rejects.toMatchObject({ slug: 'sql/not-allowed' });
    await expect(check("COPY t TO '/tmp/x'")).rejects.toMatchObject({ slug: 'sql/not-one-select' });
  });

  it('binds parameters as values, never as text of the statement', async () => {
    const params = {
      s: `'; DROP TABLE t; --`,
      n: 1.5,
      i: 7,
      b: false,
      d: new Date('2013-01-02T03:04:05Z'),
      z: null,
      g: 2n ** 40n,
    };
    const sql = 'SELECT $s AS s, $n AS n, $i AS i, $b AS b, $d AS d, $z::INTEGER AS z, $g AS g';
    const [row] = rowsOf(await fixture.engine.query({ sql, params, tables: {} }));
    expect(row).toEqual({ ...params, d: '2013-01-02T03:04:05.000Z', g: 2 ** 40 });
    const missing = fixture.engine.query({ sql: 'SELECT $a', params: { b: 1 }, tables: {} });
    await expect(missing).rejects.toMatchObject({ slug: 'sql/parameters', facts: { missing: ['a'], unused: ['b'] } });
  });

  it('cuts a query at its limit and says so, where a program is refused', async () => {
    const request = { sql: 'SELECT range AS n FROM range(10)', tables: {} };
    expect(await fixture.engine.query({ ...request, limitRows: 3 })).toMatchObject({ rowCount: 3, truncated: true });
    expect(await fixture.engine.query({ ...request, limitRows: 10 })).toMatchObject({ rowCount: 10, truncated: false });
    await expect(fixture.engine.columns({ ...request, maxRows: 9 })).rejects.toMatchObject({ slug: 'sql/too-many-rows' });
  });

  it('refuses an integer that a double would change, and a type that has no array', async () => {
    const query = (sql: string) => fixture.engine.query({ sql, tables: {} });
    await expect(query('SELECT 9007199254740993 AS n')).rejects.toMatchObject({
      slug: 'sql/integer-too-large',
      facts: { column: 'n' },
    });
    await expect(query(`SELECT 'x'::BLOB AS b`)).rejects.toMatchObject({ slug: 'sql/column-type', facts: { column: 'b' } });
  });

  it('gives an empty result its columns', async () => {
    const result = await fixture.engine.query({ sql: `SELECT 'x' AS s, 1 AS i, 1.5::DOUBLE AS d WHERE false`, tables: {} });
    expect(result.rowCount).toBe(0);
    expect(result.columns.map((column) => column.kind)).toEqual(['string', 'int32', 'float64']);
  });

  it('shares the numbers with worker threads when asked', async () => {
    const result = await fixture.engine.columns({ sql: 'SELECT range::FLOAT AS n FROM range(5)', tables: {}, shared: true });
    expect(columnOf(result, 'n').values.buffer).toBeInstanceOf(SharedArrayBuffer);
    expect([...columnOf(result, 'n').values]).toEqual([0, 1, 2, 3, 4]);
  });
});

describe('a materialized object', () => {
  let fixture: EngineFixture;
  beforeAll(async () => {
    fixture = await engineFixture();
  });
  afterAll(() => fixture[Symbol.asyncDispose]());
  const make = (sql: string, orderBy?: string[], hash?: string) =>
    fixture.engine.materialize({
      workspace: WORKSPACE,
      sql,
      tables: hash === undefined ? {} : { t: sourceOf({ hash }) },
      ...(orderBy ? { orderBy } : {}),
    });

  it('has the same hash for the same rows, in whatever order they came', async () => {
    const up = await make(`SELECT range % 7 AS k, range AS v FROM range(200000) ORDER BY v`);
    const down = await make(`SELECT range % 7 AS k, range AS v FROM range(200000) ORDER BY v DESC`);
    expect(up.hash).not.toBe(down.hash);
    const sum = 'SELECT k, sum(v * 0.1) AS s, avg(v / 3) AS a FROM t GROUP BY k';
    expect((await make(sum, undefined, up.hash)).hash).toBe((await make(sum, undefined, up.hash)).hash);
    const tied = await Promise.all([make('FROM t', ['k'], up.hash), make('FROM t', ['k'], down.hash)]);
    expect(tied[0].hash).toBe(tied[1].hash);
    const unordered = await Promise.all([
      make('SELECT * FROM t WHERE k < 3', undefined, up.hash),
      make('SELECT * FROM t WHERE k < 3', undefined, down.hash),
    ]);
    expect(unordered[0].hash).toBe(unordered[1].hash);
  });

  it('tells its rows, columns and size, and lies in the store', async () => {
    const made = await make(`SELECT 1 AS i, 'x' AS s, TIMESTAMPTZ '2013-01-01 00:00:00Z' AS at`);
    expect(made).toMatchObject({ rowCount: 1, workspace: WORKSPACE });
    expect(made.columns).toEqual([
      { name: 'i', type: 'INTEGER' },
      { name: 's', type: 'VARCHAR' },
      { name: 'at', type: 'TIMESTAMP WITH TIME ZONE' },
    ]);
    expect(await fixture.objects.head(WORKSPACE, made.hash)).toEqual({ hash: made.hash, sizeBytes: made.sizeBytes });
    expect(await fixture.engine.describe({ source: sourceOf(made) })).toEqual({ rowCount: 1, columns: made.columns });
  });

  it('keeps the order that its statement states', async () => {
    const made = await make(`SELECT range AS n FROM range(5) ORDER BY n DESC`);
    const back = await fixture.engine.columns({ sql: 'FROM t', tables: { t: sourceOf(made) } });
    expect([...numbersOf(back, 'n').values]).toEqual([4, 3, 2, 1, 0]);
  });

  it.each(['SELECT now() AS t', 'SELECT random() AS r', 'SELECT uuid() AS u', 'SELECT * FROM range(9) USING SAMPLE 3 ROWS'])(
    'cannot hold what differs from run to run: %s',
    async (sql) => {
      await expect(make(sql)).rejects.toMatchObject({ kind: 'forbidden', slug: 'sql/not-allowed' });
    },
  );

  it('is refused an order by a column it has not', async () => {
    await expect(make('SELECT 1 AS a', ['b'])).rejects.toMatchObject({ slug: 'sql/no-such-column' });
  });
});

describe('the processes of the engine', () => {
  let fixture: EngineFixture;
  beforeEach(async () => {
    fixture = await engineFixture({ memoryLimitMb: 64, maxSpillMb: 8, maxWaiting: 1 });
  });
  afterEach(() => fixture[Symbol.asyncDispose]());
  const one = () => fixture.engine.query({ sql: 'SELECT 1 AS n', tables: {} });

  it('end a statement at its deadline, and serve the next one from the same process', async () => {
    await one();
    const [pid] = fixture.engine.pids;
    await expect(fixture.engine.query({ sql: ENDLESS, tables: {}, deadlineMs: 300 })).rejects.toMatchObject({
      slug: 'sql/deadline',
    });
    expect((await one()).rowCount).toBe(1);
    expect(fixture.engine.pids).toEqual([pid]);
  });

  it('end a statement that its caller gave up', async () => {
    const cancel = new AbortController();
    const running = fixture.engine.query({ sql: ENDLESS, tables: {}, signal: cancel.signal });
    cancel.abort();
    await expect(running).rejects.toMatchObject({ kind: 'cancelled', slug: 'sql/cancelled' });
    const later = new AbortController();
    await one();
    const started = fixture.engine.query({ sql: ENDLESS, tables: {}, signal: later.signal });
    setImmediate(() => later.abort());
    await expect(started).rejects.toMatchObject({ kind: 'cancelled', slug: 'sql/cancelled' });
    expect((await one()).rowCount).toBe(1);
  });

  it('are replaced when killed, and only the statement under way is lost', async () => {
    await one();
    const [pid] = fixture.engine.pids;
    const running = fixture.engine.query({ sql: ENDLESS, tables: {} });
    const lost = expect(running).rejects.toMatchObject({ kind: 'unavailable', slug: 'sql/process-lost' });
    process.kill(pid!, 'SIGKILL');
    await lost;
    expect((await one()).rowCount).toBe(1);
    expect(fixture.engine.pids).not.toEqual([pid]);
  });

  it('refuse what does not fit in memory and spill space, and go on', async () => {
    const sql = 'SELECT len(list(range)) AS n FROM range(100000000)';
    await expect(fixture.engine.columns({ sql, tables: {}, maxRows: 1e8 })).rejects.toMatchObject({
      kind: 'exhausted',
      slug: 'sql/out-of-memory',
    });
    expect((await one()).rowCount).toBe(1);
  });

  it('let a bounded number of callers wait', async () => {
    const cancel = new AbortController();
    const running = fixture.engine.query({ sql: ENDLESS, tables: {}, signal: cancel.signal });
    const waiting = one();
    const ended = Promise.allSettled([running, waiting]);
    await expect(one()).rejects.toMatchObject({ kind: 'exhausted', slug: 'sql/busy' });
    cancel.abort();
    expect((await ended).map((result) => result.status)).toEqual(['rejected', 'fulfilled']);
  });

  it('leave no file of a result behind, and no folder once closed', async () => {
    await one();
    await fixture.engine.query({ sql: 'SELECT nope', tables: {} }).catch(() => undefined);
    const work = join(fixture.folder, 'work');
    const [mine] = await readdir(work);
    expect(await readdir(join(work, mine!))).toEqual(['spill']);
    await fixture.engine.close();
    expect(await readdir(work)).toEqual([]);
  });

  it('find no secret in their environment', async () => {
    await one();
    const { readFile } = await import('node:fs/promises');
    if (process.platform !== 'linux') return;
    expect(await readFile(`/proc/${fixture.engine.pids[0]}/environ`, 'utf8')).not.toMatch(/PATH=|HOME=/);
  });
});
