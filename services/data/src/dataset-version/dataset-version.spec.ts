import { columnTypeOf, type Column } from './column.js';
import { requireEvolution } from './dataset-version.js';

const column = (name: string, type: Column['type']): Column => ({ name, type, sqlType: 'X', nullable: true });

describe('the columns of a dataset', () => {
  it('may become more, in any order, and never fewer or other ones', () => {
    const before = [column('a', 'number'), column('b', 'text')];
    expect(() => requireEvolution(before, [column('c', 'date'), column('b', 'text'), column('a', 'number')])).not.toThrow();
    const refused = expect.objectContaining({
      kind: 'conflict',
      slug: 'data/schema-evolution',
      facts: { lost: ['b'], changed: ['a'] },
    });
    expect(() => requireEvolution(before, [column('a', 'text')])).toThrow(refused);
  });

  it.each([
    ['BIGINT', 'number'],
    ['DECIMAL(18,3)', 'number'],
    ['VARCHAR', 'text'],
    ['BOOLEAN', 'boolean'],
    ['DATE', 'date'],
    ['TIMESTAMP WITH TIME ZONE', 'timestamp'],
    ['TIMESTAMP_NS', 'timestamp'],
    ['INTEGER[]', undefined],
    ['TIME', undefined],
    ['STRUCT(a BIGINT)', undefined],
  ])('of type %s hold %s', (sqlType, type) => {
    expect(columnTypeOf(sqlType)).toBe(type);
  });
});
