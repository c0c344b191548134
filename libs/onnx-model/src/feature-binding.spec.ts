import { Problem } from '#libs/problem';
import { featureBindings, featureMetadata, packFeatures, type ModelSummary } from './index.js';

const bare: ModelSummary = {
  irVersion: 8,
  producer: 'test',
  graphName: 'g',
  opsets: { '': 15 },
  inputs: [],
  outputs: [],
  operators: [],
  nodeCount: 0,
  metadata: {},
};
const named: ModelSummary = {
  ...bare,
  inputs: [
    { name: 'numeric', type: 'float', shape: ['N', 2] },
    { name: 'category', type: 'string', shape: ['N', 1] },
  ],
  metadata: featureMetadata([
    { feature: 'hour', input: 'numeric', column: 1, type: 'float' },
    { feature: 'carrier', input: 'category', column: 0, type: 'string' },
    { feature: 'gust', input: 'numeric', column: 0, type: 'float' },
  ]),
};

describe('features of a model', () => {
  it('go to the columns that its metadata name, row by row', () => {
    const columns = { hour: Float64Array.of(5, 6), gust: [NaN, 1], carrier: ['AA', ''], unused: [1, 2] };
    expect(packFeatures(named, featureBindings(named), columns, 2)).toEqual([
      { name: 'numeric', type: 'float', shape: [2, 2], values: [NaN, 5, 1, 6] },
      { name: 'category', type: 'string', shape: [2, 1], values: ['AA', ''] },
    ]);
  });

  it('are its inputs by name where it names no columns', () => {
    const rule: ModelSummary = { ...bare, inputs: [{ name: 'late_share', type: 'float', shape: ['N'] }] };
    expect(packFeatures(rule, featureBindings(rule), { late_share: [0.3] }, 1)).toEqual([
      { name: 'late_share', type: 'float', shape: [1], values: [0.3] },
    ]);
  });

  it.each([
    ['an input is wider than the names', { ...named, metadata: { 'millrace.features': '[["hour","numeric",1]]' } }],
    ['a column does not exist', { ...named, metadata: { 'millrace.features': '[["hour","numeric",2]]' } }],
    ['the entry is something else', { ...named, metadata: { 'millrace.features': '{}' } }],
    ['a wide input has no names', { ...named, metadata: {} }],
  ])('are refused where %s', (_, summary) => {
    expect(() => featureBindings(summary)).toThrow(Problem);
  });

  it('are refused where one is absent or has another number of rows', () => {
    expect(() => packFeatures(named, featureBindings(named), { hour: [1], gust: [1] }, 1)).toThrow("'carrier' is absent");
    expect(() => packFeatures(named, featureBindings(named), { hour: [1], gust: [1, 2], carrier: ['AA'] }, 1)).toThrow(
      '2 values for 1 rows',
    );
  });
});
