import type { Column } from '../dataset-version/column.js';
import { requireFit, requireRules, type Rule } from './contract.js';

const rule = (change: Partial<Rule>): Rule => ({
  name: 'r',
  kind: 'not_null',
  columns: ['a'],
  expression: null,
  references: null,
  action: 'flag',
  reason: 'so',
  ...change,
});
const column = (name: string, type: Column['type']): Column => ({ name, type, sqlType: 'X', nullable: true });

describe('the rules of a contract', () => {
  it.each([
    ['no rule', []],
    ['a name that is no name', [rule({ name: 'No Name' })]],
    ['a name twice', [rule({}), rule({})]],
    ['no column', [rule({ columns: [] })]],
    ['an expression beside another kind', [rule({ expression: 'a > 1' })]],
    ['no expression', [rule({ kind: 'expression' })]],
    ['a reference without a column', [rule({ kind: 'reference', references: 'other' })]],
    ['a reference of two columns', [rule({ kind: 'reference', columns: ['a', 'b'], references: 'o.c' })]],
  ])('are refused with %s', (_what, rules) => {
    expect(() => requireRules(rules)).toThrow(expect.objectContaining({ slug: 'data/rule' }));
  });

  it('are refused where an expression is none', () => {
    const rules = [rule({ kind: 'expression', columns: [], expression: 'a >' })];
    expect(() => requireRules(rules)).toThrow(expect.objectContaining({ slug: 'expression/syntax' }));
  });

  it('must fit the columns they are about and those they refer to', () => {
    const columns = [column('a', 'number'), column('day', 'date')];
    const others = new Map([['o', [column('c', 'number'), column('t', 'text')]]]);
    const fit = (change: Partial<Rule>) => () => requireFit([rule(change)], columns, others);
    const reference = (to: string) => fit({ kind: 'reference', references: to });
    expect(fit({ columns: ['b'] })).toThrow(expect.objectContaining({ slug: 'data/contract-column' }));
    expect(reference('o.x')).toThrow(expect.objectContaining({ slug: 'data/contract-column' }));
    expect(reference('o.t')).toThrow(expect.objectContaining({ slug: 'data/rule' }));
    expect(fit({ kind: 'expression', expression: 'b > 1' })).toThrow(
      expect.objectContaining({ slug: 'expression/unknown-name' }),
    );
    expect(fit({ kind: 'expression', expression: 'a + 1' })).toThrow(expect.objectContaining({ slug: 'expression/type' }));
    expect(reference('o.c')).not.toThrow();
    expect(fit({ kind: 'expression', expression: 'day is null or a > 1' })).not.toThrow();
  });
});
