import type { DuckDBConnection } from '@duckdb/node-api';
import { Problem } from '#libs/problem';
import { identifier, literal } from './identifier.js';

/**
 * Narrowest first. A type is taken when every value of the column is written as that type writes it, so nothing is lost: 00501
 * stays text, as does an integer of more than 18 digits, and an instant needs its zone to be one.
 */
const INSTANT = String.raw`\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?`;
const CANDIDATES: readonly { readonly type: string; readonly pattern: string }[] = [
  { type: 'BIGINT', pattern: String.raw`-?(0|[1-9]\d{0,17})` },
  { type: 'DOUBLE', pattern: String.raw`[+-]?((0|[1-9]\d{0,15})(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?` },
  { type: 'BOOLEAN', pattern: '(?i)true|false' },
  { type: 'DATE', pattern: String.raw`\d{4}-\d\d-\d\d` },
  { type: 'TIMESTAMP WITH TIME ZONE', pattern: String.raw`${INSTANT}(Z|[+-]\d\d(:\d\d)?)` },
  { type: 'TIMESTAMP', pattern: INSTANT },
];
const SAMPLE_ROWS = 2_000;

/** The type of each text column of a table, by all its rows; a column without a value stays VARCHAR. */
export async function inferTypes(
  connection: DuckDBConnection,
  table: string,
  names: readonly string[],
): Promise<Map<string, string>> {
  const types = new Map(names.map((name) => [name, 'VARCHAR']));
  // The sample only rules candidates out, which spares most of the patterns a pass over all rows.
  let open = names.map((name) => ({ name, candidates: CANDIDATES }));
  const passes = [
    { rows: `(SELECT * FROM ${table} LIMIT ${SAMPLE_ROWS})`, whenEmpty: true },
    { rows: table, whenEmpty: false },
  ];
  for (const pass of passes) {
    const fits = await fitting(connection, pass, open);
    open = open.map(({ name, candidates }) => ({
      name,
      candidates: candidates.filter(({ type }) => fits.has(`${name} ${type}`)),
    }));
  }
  for (const { name, candidates } of open) if (candidates[0]) types.set(name, candidates[0].type);
  return types;
}

async function fitting(
  connection: DuckDBConnection,
  pass: { readonly rows: string; readonly whenEmpty: boolean },
  open: readonly { readonly name: string; readonly candidates: typeof CANDIDATES }[],
): Promise<Set<string>> {
  const tests = open.flatMap(({ name, candidates }) => candidates.map(({ type, pattern }) => ({ name, type, pattern })));
  if (tests.length === 0) return new Set();
  const select = tests.map(({ name, type, pattern }) => {
    const c = identifier(name);
    const fits = `regexp_full_match(${c}, ${literal(pattern)}) AND try_cast(${c} AS ${type}) IS NOT NULL`;
    return `coalesce(bool_and(${fits}) FILTER (${c} IS NOT NULL), ${pass.whenEmpty})`;
  });
  const reader = await connection.runAndReadAll(`SELECT ${select.join(', ')} FROM ${pass.rows}`);
  const verdicts = reader.getRows()[0]!;
  return new Set(tests.filter((_, index) => verdicts[index] === true).map(({ name, type }) => `${name} ${type}`));
}

const CASTABLE =
  /^(VARCHAR|BOOLEAN|TINYINT|SMALLINT|INTEGER|BIGINT|FLOAT|DOUBLE|DATE|TIMESTAMP|TIMESTAMP WITH TIME ZONE|DECIMAL\(\d{1,2},\d{1,2}\))$/;

/** Refuses a type that is not one to read as, before it becomes SQL text. */
export function requireCastable(name: string, type: string): void {
  if (CASTABLE.test(type)) return;
  throw new Problem('invalid', 'sql/column-type', `column ${name} cannot be read as ${type}`, { column: name, type });
}

/** The first value that is not of its column's type, as a problem that tells its row but not the value. */
export async function requireValues(
  connection: DuckDBConnection,
  table: string,
  types: ReadonlyMap<string, string>,
): Promise<void> {
  for (const [name, type] of types) {
    const c = identifier(name);
    const reader = await connection.runAndReadAll(
      `SELECT n FROM (SELECT row_number() OVER () AS n, ${c} AS v FROM ${table}) WHERE v IS NOT NULL AND try_cast(v AS ${type}) IS NULL ORDER BY n LIMIT 1`,
    );
    const row = reader.getRows()[0];
    if (!row) continue;
    const facts = { column: name, type, row: Number(row[0]) };
    throw new Problem('invalid', 'sql/value-type', `row ${facts.row}: ${name} is not ${type}`, facts);
  }
}
