import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import fc from 'fast-check';
import type { Value } from './expression.js';
import { compileEvaluator } from './evaluator.js';
import { toSql } from './sql.js';
import { checkExpression, type Columns } from './type-check.js';

const COLUMNS: Columns = { a: 'number', 'b "x"': 'number', t: 'text', and: 'text', p: 'boolean', q: 'boolean' };
type Row = readonly [Value, Value, Value, Value, Value, Value];

const number = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.constantFrom(0.5, 1e308, NaN, Infinity), fc.constant(null));
const text = fc.constantFrom(null, '', 'a', 'B', "it's", 'é', '\uFF5E', '\u{1F600}');
const flag = fc.constantFrom(null, true, false);
const rows: fc.Arbitrary<Row[]> = fc.array(fc.tuple(number, number, text, text, flag, flag), { minLength: 1, maxLength: 8 });

const quotedText = text.map((value) => (value === null ? 'null' : `'${value.replaceAll("'", "''")}'`));
const sources = fc.letrec<{ num: string; txt: string; bool: string }>((tie) => ({
  num: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom('a', '"b ""x"""', '0', '1.5', '1e308', 'null'),
    fc.tuple(tie('num'), fc.constantFrom('+', '-', '*', '/'), tie('num')).map(([l, o, r]) => `(${l} ${o} ${r})`),
    tie('num').map((n) => `(-${n})`),
    tie('num').map((n) => `abs(${n})`),
    fc
      .tuple(fc.constantFrom('min', 'max', 'coalesce'), fc.array(tie('num'), { minLength: 1, maxLength: 3 }))
      .map(([f, ns]) => `${f}(${ns.join(', ')})`),
    fc.tuple(tie('bool'), tie('num'), tie('num')).map(([c, l, r]) => `if(${c}, ${l}, ${r})`),
  ),
  txt: fc.oneof(
    { maxDepth: 2 },
    fc.constantFrom('t', '"and"'),
    quotedText,
    fc.tuple(fc.constantFrom('min', 'max', 'coalesce'), tie('txt'), tie('txt')).map(([f, l, r]) => `${f}(${l}, ${r})`),
    fc.tuple(tie('bool'), tie('txt')).map(([c, l]) => `case when ${c} then ${l} end`),
  ),
  bool: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom('p', 'q', 'true', 'false'),
    fc.tuple(tie('num'), fc.constantFrom('=', '<>', '<', '<=', '>', '>='), tie('num')).map(([l, o, r]) => `${l} ${o} ${r}`),
    fc.tuple(tie('txt'), fc.constantFrom('=', '<>', '<', '>='), tie('txt')).map(([l, o, r]) => `${l} ${o} ${r}`),
    fc.tuple(tie('bool'), fc.constantFrom('and', 'or'), tie('bool')).map(([l, o, r]) => `((${l}) ${o} (${r}))`),
    tie('bool').map((b) => `not (${b})`),
    tie('num').map((n) => `${n} is null`),
    fc.tuple(tie('num'), fc.array(tie('num'), { minLength: 1, maxLength: 3 })).map(([n, ns]) => `${n} in (${ns.join(', ')})`),
    fc.tuple(tie('txt'), tie('txt')).map(([l, r]) => `${l} not in (${r}, null)`),
    fc.tuple(tie('num'), tie('num'), tie('num')).map(([n, l, h]) => `${n} between ${l} and ${h}`),
  ),
}));

describe('the SQL of an expression', () => {
  let database: DuckDBInstance;
  let connection: DuckDBConnection;
  beforeAll(async () => {
    database = await DuckDBInstance.create(':memory:');
    connection = await database.connect();
    await connection.run(
      'create table r (i integer, a double, "b ""x""" double, t varchar, "and" varchar, p boolean, q boolean)',
    );
  });
  afterAll(() => {
    connection.closeSync();
    database.closeSync();
  });

  async function store(records: readonly Row[]): Promise<void> {
    await connection.run('delete from r');
    const appender = await connection.createAppender('r');
    for (const [i, [a, b, t, u, p, q]] of records.entries()) {
      appender.appendInteger(i);
      for (const n of [a, b]) n === null ? appender.appendNull() : appender.appendDouble(n as number);
      for (const s of [t, u]) s === null ? appender.appendNull() : appender.appendVarchar(s as string);
      for (const f of [p, q]) f === null ? appender.appendNull() : appender.appendBoolean(f as boolean);
      appender.endRow();
    }
    appender.closeSync();
  }

  async function agree(source: string, records: readonly Row[]): Promise<void> {
    const checked = checkExpression(source, COLUMNS);
    const evaluate = compileEvaluator(checked);
    await store(records);
    const result = await connection.runAndReadAll(`select ${toSql(checked, 'r')} from r order by i`);
    const expected = records.map(([a, b, t, u, p, q]) => evaluate({ a, 'b "x"': b, t, and: u, p, q }));
    const found = result.getRows().map(([value]) => value);
    expect(found.map((value) => (value === 0 ? 0 : value))).toEqual(expected.map((value) => (value === 0 ? 0 : value)));
  }

  it.each(['num', 'txt', 'bool'] as const)('has the value that the evaluator computes, for any record (%s)', async (kind) => {
    await fc.assert(fc.asyncProperty(sources[kind], rows, agree), { numRuns: 120 });
  });

  it('does not grow faster than its source', () => {
    const deep = (levels: number): number =>
      toSql(checkExpression(`${'1 / ('.repeat(levels)}a${')'.repeat(levels)}`, COLUMNS)).length;
    expect(deep(40) - deep(20)).toBeLessThanOrEqual((deep(20) - deep(10)) * 2 + 1);
  });

  it('quotes names and texts, so that neither can end the expression', async () => {
    const columns: Columns = { '"; drop table r; --': 'text' };
    const sql = toSql(checkExpression(`"""; drop table r; --" = '''; drop table r; --'`, columns));
    expect(sql).toBe(`(CAST("""; drop table r; --" AS VARCHAR) = '''; drop table r; --')`);
  });
});
