import fc from 'fast-check';
import { rowsOf } from './columnar-result.js';
import { csvHeader } from './csv-header.js';
import { engineFixture, sourceOf, type EngineFixture } from './fixture.js';
import type { MaterializedObject } from './sql-engine.js';

describe('a raw file', () => {
  let fixture: EngineFixture;
  beforeAll(async () => {
    fixture = await engineFixture();
  });
  afterAll(() => fixture[Symbol.asyncDispose]());
  const rows = async (stored: MaterializedObject) =>
    rowsOf(await fixture.engine.columns({ sql: 'FROM t', tables: { t: sourceOf(stored) } }));
  const types = (stored: MaterializedObject) => Object.fromEntries(stored.columns.map(({ name, type }) => [name, type]));

  it('gets for each column the narrowest type that loses nothing', async () => {
    const stored = await fixture.ingest(
      [
        'n,x,yes,day,utc,clock,zip,long,mixed,gap,none',
        '1,1.5,true,2013-01-31,2013-01-01T06:00:00Z,2013-01-01 06:00:00,00501,12345678901234567890,1,,',
        '-20,2e3,FALSE,2013-02-28,2013-01-01T06:00:00-05:00,2013-01-01 06:00:00.5,10001,1,a,7,',
      ].join('\n'),
      'csv',
    );
    expect(types(stored)).toEqual({
      n: 'BIGINT',
      x: 'DOUBLE',
      yes: 'BOOLEAN',
      day: 'DATE',
      utc: 'TIMESTAMP WITH TIME ZONE',
      clock: 'TIMESTAMP',
      zip: 'VARCHAR',
      long: 'VARCHAR',
      mixed: 'VARCHAR',
      gap: 'BIGINT',
      none: 'VARCHAR',
    });
    expect((await rows(stored))[1]).toMatchObject({
      n: -20,
      yes: false,
      utc: '2013-01-01T11:00:00.000Z',
      zip: '10001',
      gap: 7,
      none: null,
    });
  });

  it('judges a column by all its rows, not by the first thousands', async () => {
    const lines = Array.from({ length: 5000 }, (_, row) => (row < 4000 ? `${row},` : `x,${row}`));
    const stored = await fixture.ingest(`a,b\n${lines.join('\n')}\n`, 'csv');
    expect(types(stored)).toEqual({ a: 'VARCHAR', b: 'BIGINT' });
    expect(stored.rowCount).toBe(5000);
  });

  it('keeps any text of a CSV, quoted as RFC 4180 says', async () => {
    const text = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', ' ', 'é', ';'), minLength: 1, maxLength: 8 });
    const quote = (value: string) => `"${value.replaceAll('"', '""')}"`;
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(text, text), { minLength: 1, maxLength: 20 }), async (table) => {
        const csv = ['"first ""one""","b"', ...table.map((row) => row.map(quote).join(','))].join('\n');
        const stored = await fixture.ingest(csv, 'csv', { types: { 'first "one"': 'VARCHAR', b: 'VARCHAR' } });
        expect(await rows(stored)).toEqual(table.map(([a, b]) => ({ 'first "one"': a, b })));
      }),
      { numRuns: 15 },
    );
  });

  it('is read with the tokens and types that were asked for', async () => {
    const stored = await fixture.ingest('a;b\nNA;1\n5;2\n', 'csv', {
      delimiter: ';',
      nullTokens: ['NA'],
      types: { b: 'VARCHAR' },
    });
    expect(types(stored)).toEqual({ a: 'BIGINT', b: 'VARCHAR' });
    expect(await rows(stored)).toEqual([
      { a: null, b: '1' },
      { a: 5, b: '2' },
    ]);
  });

  it('of JSON keeps nested values and missing keys', async () => {
    const stored = await fixture.ingest('{"a":1,"b":{"c":[1,2]}}\n{"a":2}\n', 'json');
    expect(await rows(stored)).toEqual([
      { a: 1, b: '{"c":[1,2]}' },
      { a: 2, b: null },
    ]);
  });

  it('of Parquet is the same object once it has been through here', async () => {
    const first = await fixture.ingest('a,b\n1,x\n2,y\n', 'csv');
    const again = await fixture.ingest(await fixture.objects.bytes(first.workspace, first.hash), 'parquet');
    expect(again.hash).toBe(first.hash);
  });

  it.each([
    ['a short row', 'a,b\n1,2\n3\n4,5\n', 'sql/ragged-row', { line: 3, expected: 2, found: 1 }],
    ['a long row', 'a,b\n1,2\n3,4\n4,5,6\n', 'sql/ragged-row', { line: 4, expected: 2, found: 3 }],
    ['a quote that never closes', 'a,b\n1,2\n3,"x\n', 'sql/malformed', {}],
    ['bytes that are not UTF-8', Buffer.from('a,b\n1,2\n3,\xff\xfe\n', 'latin1'), 'sql/encoding', { line: 3 }],
    ['a name twice', 'a,A\n1,2\n', 'sql/header', { line: 1 }],
    ['a column without a name', 'a,\n1,2\n', 'sql/header', { line: 1 }],
    ['Parquet inside', Buffer.from('PAR1\0\0\0\0PAR1'), 'sql/not-that-format', {}],
    ['gzip inside', Buffer.from([0x1f, 0x8b, 8, 0]), 'sql/not-that-format', {}],
    ['nothing inside', '', 'sql/not-that-format', {}],
  ])('said to be CSV is refused with %s', async (_what, content, slug, facts) => {
    await expect(fixture.ingest(content, 'csv')).rejects.toMatchObject({ kind: 'invalid', slug, facts });
  });

  it.each([
    ['parquet', 'a,b\n1,2\n', 'sql/not-that-format'],
    ['parquet', 'PAR1 and then something else', 'sql/malformed'],
    ['json', 'a,b\n1,2\n', 'sql/not-that-format'],
    ['json', '{"a":1}\n{"a":\n', 'sql/malformed'],
  ] as const)('said to be %s is refused when it is not: %j', async (format, content, slug) => {
    await expect(fixture.ingest(content, format)).rejects.toMatchObject({ kind: 'invalid', slug });
  });

  it('is refused for bytes that are not UTF-8 in whatever column they stand', async () => {
    const file = Buffer.from('a,b,c\n1,ok,3\n2,\xc9,4\n', 'latin1');
    const problem = { slug: 'sql/encoding', facts: { line: 3 } };
    await expect(fixture.ingest(file, 'csv', { types: { a: 'BIGINT' } })).rejects.toMatchObject(problem);
    await expect(fixture.ingest(Buffer.from('[{"a":"\xff"}]', 'latin1'), 'json')).rejects.toMatchObject({ slug: 'sql/encoding' });
  });

  it('tells the row, but not the value, that is not of the type asked for', async () => {
    const refused = fixture.ingest('a\n1\nsecret\n', 'csv', { types: { a: 'BIGINT' } });
    await expect(refused).rejects.toMatchObject({ slug: 'sql/value-type', facts: { column: 'a', row: 2 } });
    await expect(refused).rejects.not.toThrow(/secret/);
    await expect(fixture.ingest('a\n1\n', 'csv', { types: { b: 'BIGINT' } })).rejects.toMatchObject({ slug: 'sql/header' });
    const trick = fixture.ingest('a\n1\n', 'csv', { types: { a: 'INT), (SELECT 1' } });
    await expect(trick).rejects.toMatchObject({ slug: 'sql/column-type' });
  });

  it('has a profile that says what each column holds', async () => {
    const stored = await fixture.ingest('n,s,e\n1,x,\n2,x,\n3,y,\n4,,\n', 'csv');
    const { rowCount, columns } = await fixture.engine.profile({ source: sourceOf(stored) });
    expect(rowCount).toBe(4);
    expect(columns[0]).toMatchObject({ name: 'n', nullCount: 0, min: '1', max: '4', mean: 2.5, topValues: null });
    expect(columns[0]!.quantiles![2]).toBe(2.5);
    expect(columns[1]).toMatchObject({
      nullCount: 1,
      min: 'x',
      max: 'y',
      mean: null,
      topValues: [
        { value: 'x', count: 2 },
        { value: 'y', count: 1 },
      ],
    });
    expect(columns[2]).toMatchObject({ nullCount: 4, min: null, max: null, topValues: [] });
  });
});

describe('a CSV header', () => {
  it('is the first record, cut anywhere after it', () => {
    expect(csvHeader('a,"b,\n""c""",d\r\n1,2', ',')).toEqual(['a', 'b,\n"c"', 'd']);
    expect(csvHeader('a;b', ';')).toEqual(['a', 'b']);
    expect(() => csvHeader('a,"b', ',')).toThrow('never closes');
  });
});
