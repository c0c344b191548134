import { type CategoryFeature } from './model.js';
import { type CategoryColumn } from './rows.js';

/**
 * Event rate of each level, smoothed with `priorRows` rows of the mean (Micci-Barreca 2001), fitted on training rows only: any
 * other row would carry its own outcome into its feature. Missing is the level `''`.
 */
export function fitTargetRates(column: CategoryColumn, labels: Uint8Array, priorRows: number): CategoryFeature {
  const rows = new Float64Array(column.levels.length + 1);
  const events = new Float64Array(column.levels.length + 1);
  let total = 0;
  for (let i = 0; i < labels.length; i++) {
    const slot = column.codes[i]! + 1; // slot 0 counts the missing
    rows[slot]! += 1;
    events[slot]! += labels[i]!;
    total += labels[i]!;
  }
  const prior = Math.fround(total / labels.length);
  // The level '' in the data and a missing value are one thing: ONNX has no missing text.
  const counted = new Map<string, [rows: number, events: number]>();
  ['', ...column.levels].forEach((level, slot) => {
    const [n, k] = counted.get(level) ?? [0, 0];
    counted.set(level, [n + rows[slot]!, k + events[slot]!]);
  });
  const seen = [...counted].filter(([, [n]]) => n > 0).sort(([a], [b]) => (a < b ? -1 : 1));
  const rates = seen.map(([, [n, k]]) => Math.fround((k + priorRows * prior) / (n + priorRows)));
  return { kind: 'category', name: column.name, prior, levels: seen.map(([level]) => level), rates };
}

/** Writes the rate of each row's level to `target`, from `offset` on. */
export function applyTargetRates(feature: CategoryFeature, column: CategoryColumn, target: Float32Array, offset = 0): void {
  const rateOf = new Map(feature.levels.map((level, i) => [level, feature.rates[i]!]));
  const missing = rateOf.get('') ?? feature.prior;
  const byCode = Float32Array.from(column.levels, (level) => rateOf.get(level) ?? feature.prior);
  for (let i = 0; i < column.codes.length; i++) {
    const code = column.codes[i]!;
    target[offset + i] = code < 0 ? missing : byCode[code]!;
  }
}
