import { Problem } from '#libs/problem';
import type { FeatureService, ValueColumn } from '../feature-service/feature-service.js';
import { decisionRequest } from './decision-request.js';

const service: FeatureService = {
  id: 'fs_1',
  name: 'flights',
  requestColumns: [
    { name: 'key', type: 'text' },
    { name: 'distance', type: 'number' },
  ],
  features: [],
  rowKey: 'key',
};
const key: ValueColumn = { name: 'key', kind: 'text', values: ['a', 'b'] };
const distance: ValueColumn = { name: 'distance', kind: 'number', values: [1, NaN] };
const ask = (columns: readonly ValueColumn[], asOfMs?: readonly number[]) =>
  decisionRequest(service, { requestId: 'r', columns, asOfMs }, 77);

describe('a request for decisions', () => {
  it('has its columns in the order of the service, and the moment of the call where none is stated', () => {
    expect(ask([distance, key])).toEqual({
      requestId: 'r',
      columns: [key, distance],
      rowKeys: ['a', 'b'],
      momentsMs: [77, 77],
      momentsStated: false,
    });
    expect(ask([key, distance], [1, 2])).toMatchObject({ momentsMs: [1, 2], momentsStated: true });
  });

  it.each<[string, readonly ValueColumn[], readonly number[] | undefined, string]>([
    ['a missing column', [key], undefined, 'serving/missing-column'],
    ['a column given twice', [key, distance, distance], undefined, 'serving/missing-column'],
    ['an unknown column', [key, distance, { ...distance, name: 'height' }], undefined, 'serving/unknown-column'],
    ['another type', [key, { ...key, name: 'distance' }], undefined, 'serving/column-type'],
    ['columns of different lengths', [key, { ...distance, values: [1] } as ValueColumn], undefined, 'serving/column-length'],
    [
      'no rows',
      [{ ...key, values: [] } as ValueColumn, { ...distance, values: [] } as ValueColumn],
      undefined,
      'serving/column-length',
    ],
    ['a row without its key', [{ ...key, values: ['a', ''] } as ValueColumn, distance], undefined, 'serving/row-key'],
    ['too few moments', [key, distance], [1], 'serving/as-of'],
    ['a moment that is none', [key, distance], [1, 1e17], 'serving/as-of'],
    [
      'an endless text',
      [{ ...key, values: ['a', 'x'.repeat(2_000)] } as ValueColumn, distance],
      undefined,
      'serving/text-length',
    ],
    [
      'too many rows',
      [
        { ...key, values: new Array<string>(1_001).fill('k') } as ValueColumn,
        { ...distance, values: new Array<number>(1_001).fill(1) } as ValueColumn,
      ],
      undefined,
      'serving/too-many-rows',
    ],
  ])('with %s is refused', (_name, columns, asOfMs, slug) => {
    expect(() => ask(columns, asOfMs)).toThrow(Problem);
    expect(() => ask(columns, asOfMs)).toThrow(expect.objectContaining({ slug }));
  });
});
