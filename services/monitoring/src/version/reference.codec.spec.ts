import { numericDrift, HistogramSketch } from '#libs/statistics';
import { daySketches, referenceOf } from '../window/feature-reference.js';
import { bytesOfReference, referenceFromBytes } from './reference.codec.js';

const days = Array.from({ length: 300 }, (_, row) => Math.floor(row / 30));
const temperature = Float64Array.from(days, (_, row) => (row % 17 === 0 ? NaN : (row * 7919) % 101));
const carrier = days.map((_, row) => ['UA', 'DL', ''][row % 3]!);
const columns = [
  { name: 'temperature', kind: 'numbers' as const, values: temperature },
  { name: 'carrier', kind: 'texts' as const, values: carrier },
];

describe('a reference', () => {
  it('survives its compressed form, and comes to less than the rows it stands for', () => {
    const reference = referenceOf({ days, columns });
    const bytes = bytesOfReference(reference);
    expect(referenceFromBytes(bytes)).toEqual(reference);
    expect(bytes.length).toBeLessThan(8_000);
  });

  it('keeps each day apart over the same cuts', () => {
    const [feature] = referenceOf({ days, columns });
    expect(feature!.days).toHaveLength(10);
    expect(feature!.days.map((day) => day.total)).toEqual(Array.from({ length: 10 }, () => 30));
    const current = daySketches(columns[0]!, days, feature!)!;
    const [a, b] = [feature!.days[0]!, current[0]!];
    expect(a instanceof HistogramSketch && b instanceof HistogramSketch && numericDrift(a, b).stabilityIndex).toBe(0);
  });

  it('does not compare a column of another kind', () => {
    const [feature] = referenceOf({ days, columns });
    expect(daySketches(columns[1]!, days, feature!)).toBeUndefined();
  });
});
