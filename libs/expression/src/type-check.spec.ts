import { Problem } from '#libs/problem';
import { checkExpression, type Columns } from './type-check.js';

const COLUMNS: Columns = { delay: 'number', carrier: 'text', cancelled: 'boolean', landed: 'timestamp', due: 'timestamp' };

function problemOf(source: string): Problem {
  try {
    checkExpression(source, COLUMNS, 'boolean');
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
  throw new Error(`accepted: ${source}`);
}

describe('the type check of expressions', () => {
  it.each([
    ['delay + 1', 'number'],
    ['coalesce(null, carrier)', 'text'],
    ['if(cancelled, 1, null)', 'number'],
    ['max(landed, due)', 'timestamp'],
    ['landed > due', 'boolean'],
    ['null', 'null'],
    ['null + 1', 'number'],
    ['carrier in (null)', 'boolean'],
  ])('finds that %s is a %s', (source, type) => {
    expect(checkExpression(source, COLUMNS).type).toBe(type);
  });

  it('lists the columns that are read', () => {
    expect(Object.keys(checkExpression('delay > 3 and carrier is null and delay < 9', COLUMNS).columns)).toEqual([
      'delay',
      'carrier',
    ]);
  });

  it('names the column that does not exist, and the known ones', () => {
    expect(problemOf('carrier = origin')).toMatchObject({
      slug: 'expression/unknown-name',
      facts: { name: 'origin', column: 11, known: Object.keys(COLUMNS) },
    });
  });

  it('does not take what every object has for a column', () => {
    expect(problemOf('constructor = 1')).toMatchObject({ slug: 'expression/unknown-name' });
  });

  it.each([
    'carrier + 1 > 2',
    'delay = carrier',
    'not delay',
    'delay and cancelled',
    'abs(carrier) > 1',
    'abs(delay, delay) > 1',
    '-carrier = 1',
    'delay',
    'if(delay, true, false)',
    'case when cancelled then true else 1 end',
    'delay between 1 and carrier',
    'min(delay, carrier) > 1',
    'landed > 3',
    'null',
  ])('refuses %s', (source) => {
    expect(problemOf(source)).toMatchObject({ kind: 'invalid', slug: 'expression/type' });
  });
});
