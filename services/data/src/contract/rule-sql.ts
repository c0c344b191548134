import { checkExpression, quoteIdentifier as q, quoteText, toSql } from '#libs/expression';
import type { Column } from '../dataset-version/column.js';
import { expressionColumns, referencedColumn, type Rule } from './contract.js';

/** Tables that the statements of a validation read: the collected rows, and what was found about those that break a rule. */
export const ROWS = 'collected_rows';
export const BROKEN = 'broken_rows';
/** Position of a row in the collected file, from 0. */
export const POSITION = '__row';
const AT = `t.${q(POSITION)}`;
const SAMPLES = 5;

/** The table in which a reference rule looks its values up. */
export function referenceTable(index: number): string {
  return `reference_${index}`;
}

/** Each row that breaks a rule, with the names of the rules, in the order of the rows: (row, rules). */
export function brokenRowsSql(rules: readonly Rule[], columns: readonly Column[]): string {
  const verdicts = rules.map(
    (rule, index) => `CASE WHEN ${brokenCondition(rule, index, columns)} THEN ${quoteText(rule.name)} END`,
  );
  const joins = rules.flatMap((rule, index) => (rule.kind === 'reference' ? [referenceJoin(rule, index)] : []));
  return `SELECT "row", rules FROM (
    SELECT ${AT} AS "row", list_filter([${verdicts.join(', ')}], lambda name: name IS NOT NULL) AS rules
    FROM ${ROWS} t ${joins.join(' ')}) WHERE len(rules) > 0 ORDER BY "row"`;
}

function referenceJoin(rule: Rule, index: number): string {
  const { column } = referencedColumn(rule);
  const values = `SELECT DISTINCT ${q(column)} AS v FROM ${referenceTable(index)} WHERE ${q(column)} IS NOT NULL`;
  return `LEFT JOIN (${values}) r${index} ON r${index}.v = t.${q(rule.columns[0]!)}`;
}

function brokenCondition(rule: Rule, index: number, columns: readonly Column[]): string {
  const own = rule.columns.map((name) => columns.find((column) => column.name === name)!);
  switch (rule.kind) {
    case 'not_null':
      return own.map(missing).join(' OR ');
    case 'unique': {
      // Of equal rows the first one stands; a row without a value in the key equals none.
      const key = own.map(({ name }) => `t.${q(name)}`).join(', ');
      const complete = own.map((column) => `NOT (${missing(column)})`).join(' AND ');
      return `${complete} AND row_number() OVER (PARTITION BY ${key} ORDER BY ${AT}) > 1`;
    }
    case 'reference':
      return `NOT (${missing(own[0]!)}) AND r${index}.v IS NULL`;
    case 'expression':
      return `NOT coalesce(${toSql(checkExpression(rule.expression!, expressionColumns(columns), 'boolean'), 't')}, false)`;
  }
}

/** A float that is not a number is no value either. */
function missing({ name, sqlType }: Column): string {
  const column = `t.${q(name)}`;
  return sqlType === 'DOUBLE' || sqlType === 'FLOAT' ? `(${column} IS NULL OR isnan(${column}))` : `${column} IS NULL`;
}

/** How many rows broke each rule: (rule, broken). */
export const COUNT_BY_RULE = `SELECT rule, count(*) AS broken FROM (SELECT unnest(rules) AS rule FROM ${BROKEN}) GROUP BY rule`;

/** The statements that part the rows by what their broken rules demand. */
export function partingSql(rules: readonly Rule[]): {
  readonly counts: string;
  readonly accepted: string;
  readonly quarantine: string;
  readonly flags: string;
} {
  const names = rules.filter(({ action }) => action === 'quarantine').map(({ name }) => quoteText(name));
  const aside = names.length === 0 ? 'false' : `list_has_any(rules, [${names.join(', ')}])`;
  const whole = `t.* EXCLUDE (${q(POSITION)})`;
  return {
    counts: `SELECT count(*) FILTER (${aside}) AS quarantined, count(*) FILTER (NOT ${aside}) AS flagged FROM ${BROKEN}`,
    accepted: `SELECT ${whole} FROM ${ROWS} t ANTI JOIN (SELECT "row" FROM ${BROKEN} WHERE ${aside}) b ON b."row" = ${AT} ORDER BY ${AT}`,
    quarantine: `SELECT ${whole}, b.rules AS _reasons FROM ${ROWS} t JOIN (FROM ${BROKEN} WHERE ${aside}) b ON b."row" = ${AT} ORDER BY ${AT}`,
    // A flagged row's position among the accepted ones: those set aside before it no longer count.
    flags: `SELECT ("row" - aside_before)::BIGINT AS "row", rules AS flags FROM (
      SELECT *, sum(CASE WHEN ${aside} THEN 1 ELSE 0 END) OVER (ORDER BY "row") AS aside_before FROM ${BROKEN})
      WHERE NOT ${aside} ORDER BY 1`,
  };
}

/** The first rows that broke the rule `$rule`, as JSON: (sample). */
export const SAMPLES_OF_RULE = `
  WITH picked AS (SELECT "row" FROM ${BROKEN} WHERE list_contains(rules, $rule) ORDER BY "row" LIMIT ${SAMPLES})
  SELECT to_json(s)::VARCHAR AS sample FROM (
    SELECT t.* EXCLUDE (${q(POSITION)}) FROM ${ROWS} t JOIN picked p ON p."row" = ${AT} ORDER BY ${AT}) s`;
