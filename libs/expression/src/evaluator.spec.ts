import { Problem } from '#libs/problem';
import { compileEvaluator } from './evaluator.js';
import { checkExpression, type Columns } from './type-check.js';

const COLUMNS: Columns = { x: 'number', y: 'number', carrier: 'text', flag: 'boolean', at: 'timestamp' };
const RECORD = { x: 4, y: null, carrier: 'UA', flag: true, at: new Date(1_000) };

function value(source: string) {
  return compileEvaluator(checkExpression(source, COLUMNS))(RECORD);
}

describe('the evaluator of expressions', () => {
  it.each([
    ['x + 1 - 2 * 3 / 4', 3.5],
    ['x / 0', null],
    ['1e308 * 10', null],
    ['y > 1', null],
    ['not (y > 1)', null],
    ['y > 1 or x > 1', true],
    ['y > 1 and x > 5', false],
    ['y is null and x is not null', true],
    ['x in (1, null)', null],
    ['x in (4, null)', true],
    ['x not in (1, 2)', true],
    ['x between 5 and y', false],
    ['x between 1 and y', null],
    ['coalesce(y, x, 1)', 4],
    ['min(y, x, 7)', 4],
    ['max(y, y)', null],
    ['abs(-x)', 4],
    ['if(y > 1, 1, 2)', 2],
    ["case when x > 9 then 'a' when x > 3 then 'b' else 'c' end", 'b'],
    ['case when x > 9 then 1 end', null],
    ["carrier = 'UA' and flag", true],
    ["'\u{1F600}' > '\uFF5E'", true],
    ['at', 1_000],
  ])('computes %s', (source, expected) => {
    expect(value(source)).toBe(expected);
  });

  it('reads an absent column, undefined and NaN as null', () => {
    const missing = compileEvaluator(checkExpression('x is null', COLUMNS));
    expect([missing({}), missing({ x: undefined }), missing({ x: NaN })]).toEqual([true, true, true]);
  });

  it('refuses a value of another type than declared', () => {
    const evaluate = compileEvaluator(checkExpression('x > 1', COLUMNS));
    expect(() => evaluate({ x: '2' })).toThrow(Problem);
  });
});
