import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { judgeFunction, isAllowedTableFunction } from './allowed-functions.js';
import { engineFixture, sourceOf, WORKSPACE, type EngineFixture } from './fixture.js';
import { inSandbox, lock } from './sandbox.js';
import type { TableSource } from './sql-engine.js';

describe('a statement of a person', () => {
  let fixture: EngineFixture;
  let t: TableSource;
  let path: string;
  beforeAll(async () => {
    fixture = await engineFixture();
    const stored = await fixture.ingest('a,b\n1,x\n2,y\n', 'csv');
    t = sourceOf(stored);
    path = await fixture.objects.withFile(WORKSPACE, stored.hash, async (file) => file);
  });
  afterAll(() => fixture[Symbol.asyncDispose]());

  const attempt = (sql: string) => fixture.engine.query({ sql, tables: { t } });

  it.each([
    [`COPY t TO '/tmp/stolen.csv'`],
    [`COPY (SELECT 1) TO '/tmp/stolen.parquet' (FORMAT parquet)`],
    [`SELECT 1; COPY t TO '/tmp/stolen.csv'`],
    [`SELECT 1; SELECT 2`],
    [`ATTACH '/tmp/other.db'`],
    [`INSTALL httpfs`],
    [`LOAD httpfs`],
    [`PRAGMA database_list`],
    [`PRAGMA enable_profiling`],
    [`SET enable_external_access = true`],
    [`RESET lock_configuration`],
    [`SET VARIABLE x = 1`],
    [`CREATE TABLE x AS SELECT 1`],
    [`CREATE MACRO m(x) AS x`],
    [`INSERT INTO t VALUES (1, 'z')`],
    [`DELETE FROM t`],
    [`DROP VIEW t`],
    [`EXPORT DATABASE '/tmp/x'`],
    [`CALL pragma_version()`],
    [`EXPLAIN ANALYZE SELECT 1`],
    [`VACUUM`],
    [`CHECKPOINT`],
    [`EXECUTE p`],
    [`BEGIN`],
    [`PIVOT t ON b USING sum(a)`],
    [``],
    [`-- nothing`],
  ])('is refused when it is not one SELECT: %s', async (sql) => {
    await expect(attempt(sql)).rejects.toMatchObject({ kind: 'forbidden', slug: 'sql/not-one-select' });
  });

  it.each([
    [`SELECT * FROM '/etc/passwd'`],
    [`SELECT * FROM "/etc/passwd"`],
    [`FROM 's3://bucket/x.parquet'`],
    [`FROM 'https://example.com/x.csv'`],
    [`SELECT * FROM absent`],
    [`SELECT * FROM information_schema.tables`],
    [`SELECT * FROM main.t`],
    [`SELECT * FROM memory.main.t`],
    [`SELECT * FROM duckdb_settings`],
    [`SELECT * FROM sqlite_master`],
    [`SELECT * FROM pg_catalog.pg_class`],
    [`SELECT * FROM pragma_database_list`],
    [`SELECT * FROM t AT (VERSION => 1)`],
    [`WITH a AS (SELECT * FROM sqlite_master), sqlite_master AS (SELECT 1) SELECT * FROM a`],
    [`SELECT * FROM (WITH sqlite_master AS (SELECT 1) SELECT * FROM sqlite_master), sqlite_master`],
    [`SELECT (SELECT count(*) FROM '/etc/passwd')`],
    [`SELECT a FROM t WHERE EXISTS (SELECT 1 FROM '/etc/passwd')`],
    [`SELECT a FROM t ORDER BY (SELECT max(x) FROM '/etc/passwd' p(x))`],
    [`SELECT a FROM t UNION ALL SELECT 1 FROM '/etc/passwd'`],
    [`WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r, '/etc/passwd') SELECT * FROM r`],
    [`SELECT list_transform([1], lambda x: (SELECT count(*) FROM '/etc/passwd'))`],
    [`SELECT * FROM t JOIN '/etc/passwd' p ON true`],
    [`UNPIVOT '/etc/passwd' ON a`],
  ])('reads only the tables it was given: %s', async (sql) => {
    await expect(attempt(sql)).rejects.toMatchObject({ slug: 'sql/unknown-table' });
  });

  it.each([
    [`SELECT * FROM read_csv('/etc/passwd')`],
    [`SELECT * FROM read_text('/etc/passwd')`],
    [`SELECT * FROM read_blob('/etc/passwd')`],
    [`SELECT * FROM READ_PARQUET('x')`],
    [`SELECT * FROM parquet_metadata('x')`],
    [`SELECT * FROM glob('/etc/*')`],
    [`SELECT * FROM sniff_csv('/etc/passwd')`],
    [`SELECT * FROM query('COPY t TO ''/tmp/x''')`],
    [`SELECT * FROM query_table('t')`],
    [`SELECT * FROM duckdb_settings()`],
    [`SELECT * FROM duckdb_secrets()`],
    [`SELECT * FROM pragma_database_size()`],
    [`SELECT * FROM json_execute_serialized_sql('x')`],
    [`SELECT * FROM sql_auto_complete('x')`],
    [`SELECT * FROM which_secret('x', 's3')`],
    [`SELECT * FROM system.main.range(3)`],
    [`SELECT getenv('HOME')`],
    [`SELECT current_setting('memory_limit')`],
    [`SELECT getvariable('x')`],
    [`SELECT write_log('x')`],
    [`SELECT sleep_ms(100000)`],
    [`SELECT nextval('s')`],
    [`SELECT version()`],
    [`SELECT current_query()`],
    [`SELECT read_text('/etc/passwd')`],
    [`SELECT pg_catalog.abs(1)`],
    [`SELECT main.getenv('HOME')`],
    [`SELECT json_serialize_plan('SELECT 1')`],
    [`SELECT a FROM t QUALIFY row_number() OVER (ORDER BY getenv('x')) = 1`],
    [`SHOW TABLES`],
    [`DESCRIBE t`],
    [`SUMMARIZE t`],
    [`SELECT * FROM (DESCRIBE t)`],
  ])('calls nothing that reaches beyond its arguments: %s', async (sql) => {
    await expect(attempt(sql)).rejects.toMatchObject({ kind: 'forbidden', slug: 'sql/not-allowed' });
  });

  it('is answered by name and place when it is not SQL', async () => {
    await expect(attempt('SELEC a FROM t')).rejects.toMatchObject({
      kind: 'invalid',
      slug: 'sql/invalid',
      facts: { position: 0 },
    });
    await expect(attempt('SELECT nope FROM t')).rejects.toMatchObject({ kind: 'invalid', slug: 'sql/invalid' });
  });

  it('learns neither where objects lie nor what a failing row holds', async () => {
    const failure = await attempt(`SELECT b::INTEGER FROM t`).catch((error: Error) => error.message);
    expect(failure).toContain('Could not convert string');
    expect(failure).not.toContain('x');
    expect(await attempt(`SELECT * FROM t WHERE nope`).catch((error: Error) => error.message)).not.toContain(fixture.folder);
  });

  it('may use what only computes', async () => {
    const sql = `
      WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 3), s AS (SELECT * FROM r)
      SELECT count(*) AS rows, sum(n) FILTER (n > 1) AS big, list_transform([1, 2], lambda x: x + n) AS l,
        '/etc/passwd' || b AS text, '{"type":"SHOW_REF","function_name":"getenv"}' AS json, date_trunc('day', now()) IS NOT NULL AS today
      FROM s CROSS JOIN t CROSS JOIN range(2) CROSS JOIN (VALUES (1)) v(w) GROUP BY n, b HAVING count(*) > 1 ORDER BY ALL`;
    expect((await attempt(sql)).rowCount).toBe(6);
    expect((await attempt(`FROM t`)).rowCount).toBe(2);
    expect((await attempt(`SELECT * FROM T -- and a comment ;`)).rowCount).toBe(2);
    expect((await attempt(`SELECT * FROM t;`)).rowCount).toBe(2);
  });

  it('leaves its object as it was', async () => {
    const before = await readFile(path);
    await attempt(`COPY t TO '${path}' (USE_TMP_FILE false)`).catch(() => undefined);
    expect(await readFile(path)).toEqual(before);
  });
});

describe('the second wall, behind the judge', () => {
  let folder: string;
  const limits = () => ({ memoryLimitMb: 256, threads: 1, spillFolder: join(folder, 'spill'), maxSpillMb: 64 });
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'millrace-wall-'));
    await writeFile(join(folder, 'secret.csv'), 'a\n1\n');
    await writeFile(join(folder, 'lent.csv'), 'a\n1\n');
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it.each([
    [`SELECT * FROM read_csv('SECRET')`],
    [`SELECT * FROM 'SECRET'`],
    [`SELECT * FROM read_text('/etc/passwd')`],
    [`SELECT * FROM read_csv('FOLDER/lent.csv/../secret.csv')`],
    [`COPY (SELECT 1) TO 'FOLDER/new.csv'`],
    [`COPY (SELECT 1) TO 'SECRET' (USE_TMP_FILE false)`],
    [`ATTACH 'FOLDER/x.db'`],
    [`INSTALL httpfs`],
    [`LOAD 'FOLDER/x.duckdb_extension'`],
    [`SELECT * FROM read_csv('https://example.com/x.csv')`],
    [`EXPORT DATABASE 'FOLDER/dump'`],
    [`SET enable_external_access = true`],
    [`SET lock_configuration = false`],
    [`SET allowed_paths = ['/etc/passwd']`],
    [`SET memory_limit = '64GB'`],
  ])('stops what the judge would have let through: %s', async (sql) => {
    const file = join(folder, 'lent.csv');
    const statement = sql.replaceAll('SECRET', join(folder, 'secret.csv')).replaceAll('FOLDER', folder);
    await inSandbox(limits(), { tables: [], files: [file] }, async (connection) => {
      await lock(connection);
      expect((await connection.runAndReadAll(`SELECT * FROM read_csv('${file}')`)).currentRowCount).toBe(1);
      await expect(connection.run(statement)).rejects.toThrow(/Permission|Error/);
    });
  });
});

describe('the list of functions', () => {
  it('counts no function as pure that DuckDB says varies, and opens no table function that reads', async () => {
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    const functions = async (where: string) =>
      (await connection.runAndReadAll(`SELECT DISTINCT function_name FROM duckdb_functions() WHERE ${where}`))
        .getRows()
        .map((row) => String(row[0]));
    const varying = await functions(`stability IN ('VOLATILE', 'CONSISTENT_WITHIN_QUERY')`);
    // error() is volatile only so that the optimizer keeps it.
    expect(varying.filter((name) => judgeFunction(name) === 'pure')).toEqual(['error']);
    const tables = await functions(`function_type IN ('table', 'table_macro')`);
    expect(tables.filter(isAllowedTableFunction).sort()).toEqual([
      'generate_series',
      'json_each',
      'json_tree',
      'range',
      'unnest',
    ]);
    const macros = await functions(
      `function_type = 'macro' AND regexp_matches(macro_definition, '(duckdb_|pg_|current_|getvariable)')`,
    );
    expect(macros.filter((name) => judgeFunction(name) === 'pure')).toEqual([]);
    connection.closeSync();
    instance.closeSync();
  });
});
