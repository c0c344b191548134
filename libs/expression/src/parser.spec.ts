import { Problem } from '#libs/problem';
import { parseExpression } from './parser.js';

function problemOf(source: string): Problem {
  try {
    parseExpression(source);
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
  throw new Error(`accepted: ${source}`);
}

/** The tree without positions, so that only its shape is compared. */
function shape(source: string): unknown {
  return JSON.parse(JSON.stringify(parseExpression(source), (key, value: unknown) => (key === 'at' ? undefined : value)));
}

describe('the parser of expressions', () => {
  it('binds or loosest, then and, not, comparison, sum, product, sign', () => {
    expect(shape('not a or b and c + d * -e < f')).toEqual(shape('(not a) or (b and ((c + (d * (-e))) < f))'));
  });

  it('reads sums and products from the left', () => {
    expect(shape('a - b - c')).toEqual(shape('(a - b) - c'));
    expect(shape('a - b - c')).not.toEqual(shape('a - (b - c)'));
  });

  it('reads the AND of BETWEEN as part of it', () => {
    expect(shape('x between 1 and 2 and y')).toEqual(shape('(x between 1 and 2) and y'));
  });

  it('reads negated tests as negations', () => {
    expect(shape('x not in (1, 2)')).toEqual(shape('not (x in (1, 2))'));
    expect(shape('x not between 1 and 2')).toEqual(shape('not (x between 1 and 2)'));
    expect(shape('x is not null')).toEqual(shape('not (x is null)'));
  });

  it('reads != and == as the operators of SQL', () => {
    expect(shape('a != b')).toEqual(shape('a <> b'));
    expect(shape('a == b')).toEqual(shape('a = b'));
  });

  it('keeps quoted names and doubled quotes as they are', () => {
    expect(shape(`"select ""x""" = 'it''s'`)).toMatchObject({ left: { name: 'select "x"' }, right: { value: "it's" } });
  });

  it('reads a case without else as null otherwise', () => {
    expect(shape('case when a then 1 end')).toEqual(shape('if(a, 1, null)'));
  });

  it.each([
    ['', 1, 1],
    ['a +', 1, 4],
    ['a b', 1, 3],
    ['(a', 1, 3],
    ['a\n  = = b', 2, 5],
    ["'open", 1, 1],
    ['a in ()', 1, 7],
    ['1e999', 1, 1],
    ['12abc', 1, 1],
    ['a ? b', 1, 3],
    ['sqrt(a)', 1, 5],
    ['a < b < c', 1, 7],
    ['case a end', 1, 6],
    ['x not 3', 1, 7],
    ["'a\u0000b'", 1, 3],
    ['""', 1, 1],
  ])('says where %j goes wrong', (source, line, column) => {
    expect(problemOf(source)).toMatchObject({ kind: 'invalid', slug: 'expression/syntax', facts: { line, column } });
  });

  it.each([
    ['a source of many characters', `a${' '.repeat(4_000)}`],
    ['deep parentheses', '('.repeat(500) + 'a' + ')'.repeat(500)],
    ['deep negations', `${'not '.repeat(500)}a`],
    ['deep signs', `${'- '.repeat(500)}a`],
    ['a long chain of sums', `a${'+a'.repeat(100)}`],
    ['too many parts', `a in (${'1,'.repeat(1_500)}1)`],
  ])('refuses %s', (_name, source) => {
    expect(problemOf(source)).toMatchObject({ kind: 'too-large', slug: 'expression/too-large' });
  });

  it('accepts a long chain of conditions', () => {
    expect(parseExpression(Array.from({ length: 300 }, () => 'a = 1').join(' or '))).toMatchObject({ kind: 'logic' });
  });
});
