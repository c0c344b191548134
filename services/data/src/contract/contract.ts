import { checkExpression, parseExpression, type Columns } from '#libs/expression';
import { Problem } from '#libs/problem';
import type { Column, ColumnType } from '../dataset-version/column.js';

export const RULE_KINDS = ['not_null', 'unique', 'reference', 'expression'] as const;
export type RuleKind = (typeof RULE_KINDS)[number];
export const RULE_ACTIONS = ['flag', 'quarantine'] as const;
export type RuleAction = (typeof RULE_ACTIONS)[number];

/** One demand on the rows. */
export interface Rule {
  readonly name: string;
  readonly kind: RuleKind;
  readonly columns: readonly string[];
  readonly expression: string | null;
  /** `dataset.column` */
  readonly references: string | null;
  readonly action: RuleAction;
  readonly reason: string;
}

/** What a dataset's producers promise; a change is a new revision. */
export interface DataContract {
  readonly id: string;
  readonly workspace: string;
  readonly datasetId: string;
  readonly revision: number;
  readonly rules: readonly Rule[];
  readonly createdBy: string;
  readonly createdAt: Date;
}

/** The column of another dataset that a rule refers to. */
export interface ReferencedColumn {
  readonly dataset: string;
  readonly column: string;
}

const MAX_RULES = 100;
const NAME = /^[a-z][a-z0-9_]{0,62}$/;
const REFERENCE = /^([a-z][a-z0-9_]{0,62})\.(.{1,128})$/;

/** Refuses rules that could never be checked, whatever the columns are. */
export function requireRules(rules: readonly Rule[]): void {
  if (rules.length === 0 || rules.length > MAX_RULES) throw broken('contract', `a contract has 1 to ${MAX_RULES} rules`);
  for (const [index, rule] of rules.entries()) {
    if (!NAME.test(rule.name)) throw broken(rule.name.slice(0, 100), 'its name is not lower case, digits and underscores');
    if (rules.findIndex(({ name }) => name === rule.name) !== index) throw broken(rule.name, 'its name is there twice');
    requireShape(rule);
  }
}

function requireShape(rule: Rule): void {
  const { name, kind, columns, expression, references } = rule;
  if ((kind === 'expression') !== (expression !== null))
    throw broken(name, 'an expression belongs to the kind expression, and only to it');
  if ((kind === 'reference') !== (references !== null))
    throw broken(name, 'a reference belongs to the kind reference, and only to it');
  if (kind !== 'expression' && columns.length === 0) throw broken(name, 'it names no column');
  if (kind === 'reference' && columns.length !== 1) throw broken(name, 'a reference is of one column');
  if (references !== null) referencedColumn(rule);
  if (expression !== null) parseExpression(expression);
}

/** What a reference rule refers to. */
export function referencedColumn({ name, references }: Rule): ReferencedColumn {
  const [, dataset, column] = REFERENCE.exec(references ?? '') ?? [];
  if (dataset === undefined || column === undefined) throw broken(name, 'a reference is written dataset.column');
  return { dataset, column };
}

/** The newest columns of every dataset that the rules refer to, by dataset name. */
export type ReferencedColumns = ReadonlyMap<string, readonly Column[]>;

/** Refuses rules that do not fit the columns they are about, or the columns they refer to. */
export function requireFit(rules: readonly Rule[], columns: readonly Column[], referenced: ReferencedColumns): void {
  for (const rule of rules) {
    const absent = rule.columns.filter((name) => !columns.some((column) => column.name === name));
    if (absent.length > 0) {
      const known = columns.map(({ name }) => name).slice(0, 100);
      const detail = `rule ${rule.name} names ${absent.join(', ')}, which the data has not`;
      throw new Problem('invalid', 'data/contract-column', detail, { rule: rule.name, absent, known });
    }
    if (rule.expression !== null) checkExpression(rule.expression, expressionColumns(columns), 'boolean');
    if (rule.kind === 'reference') requireReference(rule, columns, referenced);
  }
}

function requireReference(rule: Rule, columns: readonly Column[], referenced: ReferencedColumns): void {
  const { dataset, column } = referencedColumn(rule);
  const target = referenced.get(dataset)?.find(({ name }) => name === column);
  if (!target) {
    const facts = { rule: rule.name, absent: [`${dataset}.${column}`] };
    throw new Problem(
      'invalid',
      'data/contract-column',
      `rule ${rule.name} refers to ${dataset}.${column}, which is not there`,
      facts,
    );
  }
  const own = columns.find(({ name }) => name === rule.columns[0])!;
  if (own.type !== target.type) throw broken(rule.name, `${own.name} is ${own.type}, ${dataset}.${column} is ${target.type}`);
}

/** Columns as expressions know them: a date is the moment it begins. */
export function expressionColumns(columns: readonly Column[]): Columns {
  const typeOf = (type: ColumnType) => (type === 'date' ? 'timestamp' : type);
  return Object.fromEntries(columns.map(({ name, type }) => [name, typeOf(type)]));
}

function broken(rule: string, why: string): Problem {
  return new Problem('invalid', 'data/rule', `rule ${rule}: ${why}`, { rule });
}
